{{ config(
    alias='dim_genres',
    post_hook="{{ serving_primary_key(['genre']) }}",
) }}
select *
from {{ source('landing', 'dim_genres') }}
