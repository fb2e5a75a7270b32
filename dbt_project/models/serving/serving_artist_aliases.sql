{# A name may have 64 KB, which a b-tree cannot hold: so a digest is unique, and equality is by hash. #}
{{ config(
    alias='artist_aliases',
    indexes=[
        {'columns': ['artist_id', 'md5(alias)'], 'unique': True},
        {'columns': ['search_key'], 'type': 'hash'},
        {'columns': ['search_key gin_trgm_ops'], 'type': 'gin'},
    ],
) }}
select
    *,
    serving.exact_key(alias) as exact_key,
    serving.search_key(alias) as search_key
from {{ source('landing', 'artist_aliases') }}
