-- The rank of each kept pair by its exact distance. For `other_artists`, nobody may be credited on both tracks.
with ranked as (
    select
        pairs.number,
        pairs.neighbour_number,
        pairs.variant,
        explained.artist_id,
        explained.neighbour_artist_id,
        row_number() over (
            partition by pairs.number, pairs.variant order by explained.distance, pairs.neighbour_number
        ) as rank
    from {{ ref('int_track_pairs') }} as pairs
    inner join {{ ref('int_track_pairs_explained') }} as explained
        on pairs.number = explained.number and pairs.neighbour_number = explained.neighbour_number
    left join {{ ref('int_tracks_sharing_artists') }} as sharing
        on pairs.number = sharing.number and pairs.neighbour_number = sharing.neighbour_number
    where pairs.variant = 'any_artist' or sharing.number is null
)

select * from ranked
where rank <= 20
