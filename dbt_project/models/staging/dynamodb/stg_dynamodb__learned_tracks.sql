-- A track may have been learned with several of its artists: the newest row counts.
with known as (
    {{ current_items('learned_tracks') }}
),

ranked as (
    select
        *,
        row_number() over (partition by provider, track_id order by written_at_micros desc, artist_id asc) as track_recency
    from known
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
        popularity,
        is_explicit,
        duration_ms,
        upper(replace(isrc, '-', '')) as isrc,
        image_url,
        external_url as spotify_url,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from ranked
    where track_recency = 1
)

select * from renamed
