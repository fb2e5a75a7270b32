{{ config(materialized='view') }}
-- Every retrieval of every track's popularity, with its UTC day.
with unioned as (
    select track_id, popularity, provider, retrieved_at from {{ ref('stg_spotify__track_retrievals') }}
    union all
    select track_id, popularity, provider, retrieved_at from {{ ref('stg_catalogue_dump__track_retrievals') }}
),

final as (
    select
        *,
        cast(retrieved_at as date) as day
    from unioned
)

select * from final
