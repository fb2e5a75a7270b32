-- Pairs of candidate tracks of different main artists on which somebody is credited twice.
with credits as (
    select
        tracks.number,
        credited.artist_id
    from {{ ref('int_tracks_standardised') }} as tracks
    inner join {{ ref('artist_tracks') }} as credited
        on tracks.track_id = credited.track_id
),

final as (
    select distinct
        pairs.number,
        pairs.neighbour_number
    from {{ ref('int_track_pairs') }} as pairs
    inner join credits as mine
        on pairs.number = mine.number
    inner join credits as theirs
        on pairs.neighbour_number = theirs.number and mine.artist_id = theirs.artist_id
    where pairs.is_other_artist
)

select * from final
