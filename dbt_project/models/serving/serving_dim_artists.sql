{{ config(
    alias='dim_artists',
    post_hook="{{ serving_primary_key(['artist_id']) }}",
) }}
select *
from {{ source('landing', 'dim_artists') }}
