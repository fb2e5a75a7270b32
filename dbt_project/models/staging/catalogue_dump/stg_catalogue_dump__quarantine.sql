with newest as (
    {{ newest_rows('raw_catalogue_dump', 'quarantine', ['provider', 'file', 'line', 'reason']) }}
),

renamed as (
    select
        file,
        line,
        reason,
        payload,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
)

select * from renamed
