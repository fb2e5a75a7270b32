-- Each measured artist with each method's figures; null where the figure is not defined: without a reference, without neighbours.
-- Recall is the share of the artist's relations among the 20; in nDCG a relation at rank r is worth 1 / log2(r + 1), as a share of the
-- best possible order's; hit@10 tells whether any is among the first 10. Who has no neighbours counts as 0 in all three.
-- Popularity bias: how many points more popular the neighbours are, on average, than the artist they are given for; 0 is neutral.
with methods as (
    select distinct method from {{ ref('int_quality_neighbours') }}
),

lists as (
    select
        neighbours.artist_id,
        neighbours.method,
        count(related.artist_id) as hit_count,
        {{ exact_sum('case when related.artist_id is not null then ln(2) / ln(1 + neighbours.rank) else 0.0 end') }} as gain,
        max(case when related.artist_id is not null and neighbours.rank <= 10 then 1 else 0 end) as has_hit,
        avg(cast(theirs.popularity - mine.popularity as double)) as popularity_bias
    from {{ ref('int_quality_neighbours') }} as neighbours
    inner join {{ ref('int_quality_seeds') }} as mine
        on neighbours.artist_id = mine.artist_id
    inner join {{ ref('dim_artists') }} as theirs
        on neighbours.neighbour_artist_id = theirs.artist_id
    left join {{ ref('int_quality_references') }} as related
        on neighbours.artist_id = related.artist_id and neighbours.neighbour_artist_id = related.related_artist_id
    group by neighbours.artist_id, neighbours.method
),

final as (
    select
        seeds.artist_id,
        methods.method,
        coalesce(cast(lists.hit_count as double), 0.0) / seeds.relation_count as recall,
        round(coalesce(lists.gain, 0.0) / seeds.ideal_gain, 9) as ndcg,
        case when seeds.relation_count is not null then coalesce(cast(lists.has_hit as double), 0.0) end as hit,
        case when seeds.is_sampled then case when lists.artist_id is null then 0.0 else 1.0 end end as coverage,
        case when seeds.is_sampled then lists.popularity_bias end as popularity_bias,
        case when seeds.is_sampled then diverse.diversity end as genre_diversity,
        case when seeds.is_sampled then kept.stability end as stability
    from {{ ref('int_quality_seeds') }} as seeds
    cross join methods
    left join lists
        on seeds.artist_id = lists.artist_id and methods.method = lists.method
    left join {{ ref('int_quality_diversity') }} as diverse
        on seeds.artist_id = diverse.artist_id and methods.method = diverse.method
    left join {{ ref('int_quality_stability') }} as kept
        on seeds.artist_id = kept.artist_id and methods.method = kept.method
)

select * from final
