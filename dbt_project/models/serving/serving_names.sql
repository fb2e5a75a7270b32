{# Every key that an artist or a song is found by, in one table: one search covers both. Equality is by hash, as a title
   may have more than a b-tree holds; likeness sees Hangul by its letters, so that one wrong letter is one difference. #}
{{ config(
    alias='names',
    indexes=[
        {'columns': ['search_key'], 'type': 'hash'},
        {'columns': ['normalize(search_key, nfd) gin_trgm_ops'], 'type': 'gin'},
    ],
    post_hook="analyze {{ this }}",
) }}
with artist_names as (
    select
        aliases.search_key,
        aliases.exact_key,
        'artist' as kind,
        aliases.artist_id as subject_id,
        case when aliases.source = 'name' then 'name' else 'alias' end as form,
        aliases.confidence,
        artists.popularity,
        row_number() over (
            partition by aliases.artist_id, aliases.search_key
            order by (aliases.source = 'name') desc, aliases.confidence desc, aliases.alias
        ) as choice
    from {{ ref('serving_artist_aliases') }} as aliases
    inner join {{ ref('serving_dim_artists') }} as artists
        on aliases.artist_id = artists.artist_id
),

-- without guests, what stands in brackets, and what follows a dash: "Hello (Live) - Remastered 2011" is "Hello" too
shortened as (
    select
        *,
        regexp_replace(
            regexp_replace(name, '\s*[(\[][^)\]]*[)\]]', '', 'g'),
            '\s+((feat\.?|ft\.?|featuring)\s|[-–—]\s).*$', '', 'i'
        ) as short_name
    from {{ ref('serving_dim_tracks') }}
),

titles as (
    select
        track_id,
        recording_key,
        popularity,
        name as title,
        'title' as form
    from shortened
    union all
    select
        track_id,
        recording_key,
        popularity,
        short_name as title,
        'short title' as form
    from shortened
    where short_name <> name and short_name <> ''
),

keyed_titles as (
    select
        *,
        serving.search_key(title) as search_key
    from titles
),

-- one row for all versions of a recording that have this key: the best known one
track_names as (
    select
        search_key,
        cast(null as text) as exact_key,
        'track' as kind,
        track_id as subject_id,
        form,
        cast(1 as double precision) as confidence,
        popularity,
        row_number() over (
            partition by coalesce(recording_key, track_id), search_key
            order by (form = 'title') desc, popularity desc nulls last, track_id
        ) as choice
    from keyed_titles
    where search_key <> ''
),

final as (
    select * from artist_names
    union all
    select * from track_names
)

select
    search_key,
    exact_key,
    kind,
    subject_id,
    form,
    confidence,
    popularity
from final
where choice = 1
