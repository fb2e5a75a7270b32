{{ config(materialized='ephemeral') }}
-- Stability: the share of an artist's published neighbours (of the generation that was published last) that the blend still gives.
with latest as (
    select max_by(generation, retrieved_at) as generation
    from {{ ref('stg_segue__published_neighbours') }}
),

published as (
    select
        published.artist_id,
        neighbour.artist_id as neighbour_artist_id
    from {{ ref('stg_segue__published_neighbours') }} as published
    inner join latest
        on published.generation = latest.generation
    cross join unnest({{ json_texts('published.neighbour_artist_ids') }}) with ordinality as neighbour (artist_id, position)
    where neighbour.position <= 20
),

final as (
    select
        published.artist_id,
        'blend' as method,
        cast(count(blend.neighbour_artist_id) as double) / count(*) as stability
    from published
    left join {{ ref('artist_similarity') }} as blend
        on
            published.artist_id = blend.artist_id
            and published.neighbour_artist_id = blend.neighbour_artist_id
            and blend.method = 'blend'
    group by published.artist_id
)

select * from final
