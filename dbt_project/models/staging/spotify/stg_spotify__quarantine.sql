with newest as (
    {{ newest_rows('raw_spotify', 'quarantine', ['provider', 'resource', 'record_id', 'reason']) }}
),

renamed as (
    select
        resource,
        record_id,
        reason,
        payload,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
)

select * from renamed
