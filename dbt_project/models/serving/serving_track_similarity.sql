{{ config(
    alias='track_similarity',
    post_hook="{{ serving_primary_key(['track_id', 'variant', 'neighbour_track_id']) }}",
) }}
select *
from {{ source('landing', 'track_similarity') }}
