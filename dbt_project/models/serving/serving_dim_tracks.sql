{{ config(
    alias='dim_tracks',
    indexes=[
        {'columns': ['artist_id']},
        {'columns': ['album_id']},
    ],
    post_hook="{{ serving_primary_key(['track_id']) }}",
) }}
select *
from {{ source('landing', 'dim_tracks') }}
