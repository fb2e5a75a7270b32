-- Pairs of candidate tracks of different main artists on which somebody is credited twice.
with final as (
    select distinct
        pairs.number,
        pairs.neighbour_number
    from {{ ref('int_track_pairs') }} as pairs
    inner join {{ ref('int_tracks_credited') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_tracks_credited') }} as theirs
        on pairs.neighbour_number = theirs.number and mine.artist_id = theirs.artist_id
    where pairs.is_other_artist
)

select * from final
