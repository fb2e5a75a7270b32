-- recall@20 and nDCG@20 per method: means over all artists of the reference; who has no neighbours counts as 0.
-- Recall is the share of an artist's relations among the 20; in nDCG a relation at rank r is worth 1 / log2(r + 1), and 1 is
-- what the best possible order gets.
with methods as (
    select distinct method from {{ ref('int_quality_neighbours') }}
),

ideals as (
    select
        seeds.artist_id,
        seeds.relation_count,
        {{ exact_sum('ln(2) / ln(1 + place.rank)') }} as gain
    from (select distinct artist_id, relation_count from {{ ref('int_quality_references') }}) as seeds
    inner join (select distinct rank from {{ ref('int_quality_neighbours') }}) as place
        on place.rank <= seeds.relation_count
    group by seeds.artist_id, seeds.relation_count
),

hits as (
    select
        neighbours.artist_id,
        neighbours.method,
        count(*) as hit_count,
        {{ exact_sum('ln(2) / ln(1 + neighbours.rank)') }} as gain
    from {{ ref('int_quality_neighbours') }} as neighbours
    inner join {{ ref('int_quality_references') }} as related
        on neighbours.artist_id = related.artist_id and neighbours.neighbour_artist_id = related.related_artist_id
    group by neighbours.artist_id, neighbours.method
),

final as (
    select
        methods.method,
        round({{ exact_mean('coalesce(cast(hits.hit_count as double), 0.0) / ideals.relation_count') }}, 9) as recall,
        round({{ exact_mean('coalesce(hits.gain, 0.0) / ideals.gain') }}, 9) as ndcg
    from methods
    cross join ideals
    left join hits
        on ideals.artist_id = hits.artist_id and methods.method = hits.method
    group by methods.method
)

select * from final
