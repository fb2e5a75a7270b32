with newest as (
    {{ newest_rows('raw_reccobeats', 'misses', ['provider', 'track_id']) }}
),

renamed as (
    select
        track_id,
        reason,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
