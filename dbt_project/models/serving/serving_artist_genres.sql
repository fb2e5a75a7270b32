{{ config(
    alias='artist_genres',
    indexes=[
        {'columns': ['genre']},
    ],
    post_hook="{{ serving_primary_key(['artist_id', 'genre']) }}",
) }}
select *
from {{ source('landing', 'artist_genres') }}
