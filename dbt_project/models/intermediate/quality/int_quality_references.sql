-- The related artists that recommendations are measured on: pairs within the catalogue, for artists with at least 5 of them.
with pairs as (
    select distinct
        related.artist_id,
        related.related_artist_id
    from {{ ref('stg_catalogue_dump__related_artists') }} as related
    inner join {{ ref('dim_artists') }} as artists
        on related.artist_id = artists.artist_id
    inner join {{ ref('dim_artists') }} as others
        on related.related_artist_id = others.artist_id
    where related.artist_id <> related.related_artist_id
),

final as (
    select
        *,
        count(*) over (partition by artist_id) as relation_count
    from pairs
)

select * from final
where relation_count >= 5
