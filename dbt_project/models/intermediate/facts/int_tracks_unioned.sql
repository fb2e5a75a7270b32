{{ config(materialized='view') }}
-- What every provider says about every track, unfiltered: the newest row per track and provider.
with spotify as (
    select
        track_id, name, artist_ids, artist_names, album_id, album_name, release_date, release_year, popularity,
        is_explicit, duration_ms, isrc, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_spotify__tracks') }}
),

catalogue_dump as (
    select
        track_id, name, artist_ids, cast(null as varchar) as artist_names, album_id, album_name, release_date, release_year, popularity,
        is_explicit, duration_ms, isrc, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_catalogue_dump__tracks') }}
),

learned as (
    select
        track_id, name, artist_ids, artist_names, album_id, album_name, release_date, release_year, popularity,
        is_explicit, duration_ms, isrc, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_dynamodb__learned_tracks') }}
),

unioned as (
    select * from spotify
    union all
    select * from catalogue_dump
    union all
    select * from learned
),

final as (
    select
        *,
        row_number() over (partition by track_id, provider order by retrieved_at desc, name asc nulls last) as recency
    from unioned
)

select * from final
where recency = 1
