with newest as (
    {{ newest_rows('raw_segue', 'published_quality', ['provider', 'generation', 'method', 'metric'], ['value desc']) }}
),

renamed as (
    select
        generation,
        method,
        metric,
        run_id,
        value,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where generation is not null and method is not null and metric is not null
)

select * from renamed
