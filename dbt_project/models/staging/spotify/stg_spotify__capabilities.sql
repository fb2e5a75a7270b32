with newest as (
    {{ newest_rows('raw_spotify', 'capabilities', ['provider', 'profile', 'capability']) }}
),

renamed as (
    select
        profile,
        capability,
        is_available,
        detail,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where profile is not null and capability is not null
)

select * from renamed
