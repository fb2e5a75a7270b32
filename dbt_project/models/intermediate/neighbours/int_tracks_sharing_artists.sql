-- Pairs of neighbouring tracks on which somebody is credited twice.
with final as (
    select distinct
        pairs.number,
        pairs.neighbour_number
    from {{ ref('int_track_pairs_explained') }} as pairs
    inner join {{ ref('artist_tracks') }} as mine
        on pairs.track_id = mine.track_id
    inner join {{ ref('artist_tracks') }} as theirs
        on pairs.neighbour_track_id = theirs.track_id and mine.artist_id = theirs.artist_id
)

select * from final
