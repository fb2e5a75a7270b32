{{ config(
    alias='artist_tracks',
    indexes=[
        {'columns': ['track_id']},
    ],
    post_hook="{{ serving_primary_key(['artist_id', 'track_id']) }}",
) }}
select *
from {{ source('landing', 'artist_tracks') }}
