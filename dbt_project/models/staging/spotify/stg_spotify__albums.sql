with newest as (
    {{ newest_rows('raw_spotify', 'albums', ['provider', 'album_id'], ['name asc']) }}
),

renamed as (
    select
        album_id,
        name,
        album_type,
        artist_ids,
        release_date,
        try_cast(substr(release_date, 1, 4) as bigint) as release_year,
        release_date_precision,
        total_tracks,
        image_url,
        label,
        upc,
        genres,
        popularity,
        external_url as spotify_url,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where album_id is not null
)

select * from renamed
