{{ config(materialized='ephemeral') }}
-- Name forms of artists as each used provider gives them, with how sure the tie to the artist is.
with musicbrainz as (
    select
        artist_id,
        alias,
        cast(null as varchar) as script,
        provider as source,
        case when is_primary then 0.95 when alias_type = 'Search hint' then 0.7 else 0.9 end as confidence,
        provider
    from {{ ref('stg_musicbrainz__aliases') }}
),

catalogue_dump as (
    select
        artist_id,
        alias,
        script,
        provider as source,
        case when is_ambiguous then 0.5 when id_source like '%name match%' then 0.7 else 0.9 end as confidence,
        provider
    from {{ ref('stg_catalogue_dump__aliases') }}
    where artist_id is not null
),

learned as (
    select
        artist_id,
        alias,
        cast(null as varchar) as script,
        'listeners' as source,
        0.9 as confidence,
        provider
    from {{ ref('stg_dynamodb__aliases') }}
    where artist_id is not null and is_confirmed
),

unioned as (
    select * from musicbrainz
    union all
    select * from catalogue_dump
    union all
    select * from learned
),

final as (
    select
        unioned.artist_id,
        unioned.alias,
        unioned.script,
        unioned.source,
        cast(unioned.confidence as double) as confidence,
        signals.preference
    from unioned
    inner join {{ ref('int_provider_signals') }} as signals
        on unioned.provider = signals.provider and signals.signal = 'aliases'
    where unioned.alias <> ''
)

select * from final
