{{ config(materialized='view') }}
-- Audio values of every track from every provider, unfiltered: the newest row per track and provider.
with spotify as (
    select
        track_id, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo,
        key, mode, time_signature,
        provider, retrieved_at
    from {{ ref('stg_spotify__audio_features') }}
),

reccobeats as (
    select
        track_id, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo,
        key, mode, cast(null as bigint) as time_signature,
        provider, retrieved_at
    from {{ ref('stg_reccobeats__audio_features') }}
),

catalogue_dump as (
    select
        track_id, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo,
        key, mode, time_signature,
        provider, retrieved_at
    from {{ ref('stg_catalogue_dump__audio_features') }}
),

learned as (
    select
        track_id, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo,
        key, mode, time_signature,
        provider, retrieved_at
    from {{ ref('stg_dynamodb__learned_audio_features') }}
),

unioned as (
    select * from spotify
    union all
    select * from reccobeats
    union all
    select * from catalogue_dump
    union all
    select * from learned
),

final as (
    select
        *,
        row_number() over (
            partition by track_id, provider order by retrieved_at desc, energy asc nulls last, tempo asc nulls last
        ) as recency
    from unioned
)

select * from final
where recency = 1
