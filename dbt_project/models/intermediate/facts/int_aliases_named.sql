{{ config(materialized='ephemeral') }}
-- Aliases that came with an artist's name but no id: tied only where exactly one artist has that name.
with names as (
    select
        lower(name) as name_key,
        min(artist_id) as artist_id
    from {{ ref('int_artists_chosen') }}
    group by lower(name)
    having count(*) = 1
),

final as (
    select
        names.artist_id,
        aliases.alias,
        aliases.script,
        aliases.provider as source,
        cast(0.6 as double) as confidence,
        signals.preference
    from {{ ref('stg_catalogue_dump__aliases') }} as aliases
    inner join names
        on lower(aliases.name) = names.name_key
    inner join {{ ref('int_provider_signals') }} as signals
        on aliases.provider = signals.provider and signals.signal = 'aliases'
    where aliases.artist_id is null and aliases.alias <> '' and not coalesce(aliases.is_ambiguous, false)
)

select * from final
