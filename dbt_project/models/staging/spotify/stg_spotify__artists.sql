with newest as (
    {{ newest_rows('raw_spotify', 'artists', ['provider', 'artist_id'], ['name asc', 'popularity desc']) }}
),

renamed as (
    select
        artist_id,
        name,
        genres,
        popularity,
        followers,
        image_url,
        images,
        external_url as spotify_url,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where artist_id is not null
)

select * from renamed
