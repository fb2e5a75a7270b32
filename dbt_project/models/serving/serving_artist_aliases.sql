{{ config(
    alias='artist_aliases',
    indexes=[
        {'columns': ['search_key']},
        {'columns': ['search_key gin_trgm_ops'], 'type': 'gin'},
    ],
    post_hook="{{ serving_primary_key(['artist_id', 'alias']) }}",
) }}
select
    *,
    serving.exact_key(alias) as exact_key,
    serving.search_key(alias) as search_key
from {{ source('landing', 'artist_aliases') }}
