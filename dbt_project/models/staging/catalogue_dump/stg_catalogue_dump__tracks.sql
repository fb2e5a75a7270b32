with newest as (
    {{ newest_rows('raw_catalogue_dump', 'tracks', ['provider', 'track_id'], ['name asc', 'popularity desc']) }}
),

renamed as (
    select
        track_id,
        name,
        artist_ids,
        album_id,
        album_name,
        release_date,
        try_cast(substr(release_date, 1, 4) as bigint) as release_year,
        popularity,
        is_explicit,
        duration_ms,
        upper(replace(isrc, '-', '')) as isrc,
        source,
        image_url,
        external_url as spotify_url,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
