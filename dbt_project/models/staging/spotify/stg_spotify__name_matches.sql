with newest as (
    {{ newest_rows('raw_spotify', 'name_matches', ['provider', 'query']) }}
),

renamed as (
    select
        query,
        status,
        artist_id,
        matched_name,
        reason,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where query is not null
)

select * from renamed
