{% set seed_group = "coalesce(seed_group, 'all')" -%}
-- Generations that were published before figures had groups are of group `all`.
with newest as (
    {{ newest_rows('raw_segue', 'published_quality', ['provider', 'generation', 'method', seed_group, 'metric'], ['value desc']) }}
),

renamed as (
    select
        generation,
        method,
        coalesce(seed_group, 'all') as seed_group,
        metric,
        run_id,
        value,
        seed_count,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where generation is not null and method is not null and metric is not null
)

select * from renamed
