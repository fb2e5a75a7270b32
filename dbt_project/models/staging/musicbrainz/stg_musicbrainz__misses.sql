with newest as (
    {{ newest_rows('raw_musicbrainz', 'misses', ['provider', 'artist_id']) }}
),

renamed as (
    select
        artist_id,
        reason,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where artist_id is not null
)

select * from renamed
