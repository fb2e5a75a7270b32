{{ config(
    alias='artist_similarity',
    post_hook="{{ serving_primary_key(['artist_id', 'method', 'neighbour_artist_id']) }}",
) }}
select *
from {{ source('landing', 'artist_similarity') }}
