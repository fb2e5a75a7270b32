{{ config(materialized='view') }}
-- What every provider says about every artist, unfiltered.
with spotify as (
    select artist_id, name, genres, popularity, followers, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_spotify__artists') }}
),

catalogue_dump as (
    select artist_id, name, genres, popularity, followers, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_catalogue_dump__artists') }}
),

learned as (
    select artist_id, name, genres, popularity, followers, image_url, spotify_url, provider, retrieved_at
    from {{ ref('stg_dynamodb__learned_artists') }}
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
        artist_id,
        name,
        genres,
        popularity,
        followers,
        image_url,
        spotify_url,
        provider,
        retrieved_at,
        row_number() over (
            partition by artist_id, provider order by retrieved_at desc, name asc nulls last, popularity desc nulls last
        ) as recency
    from unioned
)

select * from final
where recency = 1
