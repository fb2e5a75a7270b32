-- The related artists that recommendations are measured on: pairs within the catalogue, for artists with at least 5 of them.
-- `ideal_gain` is what the best possible order gets in nDCG@20: 1 / log2(1 + rank) for each rank that a relation can fill.
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

numbered as (
    select
        *,
        count(*) over (partition by artist_id) as relation_count,
        row_number() over (partition by artist_id order by related_artist_id) as place
    from pairs
),

final as (
    select
        artist_id,
        related_artist_id,
        relation_count,
        {{ exact_sum('case when place <= 20 then ln(2) / ln(1 + place) else 0.0 end', 'over (partition by artist_id)') }} as ideal_gain
    from numbered
    where relation_count >= 5
)

select * from final
