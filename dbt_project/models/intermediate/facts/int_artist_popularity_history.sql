{{ config(materialized='view') }}
-- Every retrieval of every artist's popularity, with its UTC day.
with unioned as (
    select artist_id, popularity, followers, provider, retrieved_at from {{ ref('stg_spotify__artist_retrievals') }}
    union all
    select artist_id, popularity, followers, provider, retrieved_at from {{ ref('stg_catalogue_dump__artist_retrievals') }}
),

final as (
    select
        *,
        cast(retrieved_at as date) as day
    from unioned
)

select * from final
