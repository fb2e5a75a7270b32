with newest as (
    {{ newest_rows('raw_catalogue_dump', 'track_artists', ['provider', 'track_id', 'artist_id'], ['position asc']) }}
),

renamed as (
    select
        track_id,
        artist_id,
        position,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null and artist_id is not null
)

select * from renamed
