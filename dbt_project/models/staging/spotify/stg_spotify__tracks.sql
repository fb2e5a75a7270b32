with newest as (
    {{ newest_rows('raw_spotify', 'tracks', ['provider', 'track_id'], ['name asc', 'popularity desc']) }}
),

renamed as (
    select
        track_id,
        name,
        artist_ids,
        artist_names,
        album_id,
        album_name,
        release_date,
        try_cast(substr(release_date, 1, 4) as bigint) as release_year,
        release_date_precision,
        popularity,
        is_explicit,
        duration_ms,
        upper(replace(isrc, '-', '')) as isrc,
        track_number,
        disc_number,
        is_playable,
        image_url,
        external_url as spotify_url,
        found_by,
        found_for_artist_id,
        found_rank,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
