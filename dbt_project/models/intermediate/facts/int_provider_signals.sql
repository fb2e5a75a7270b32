-- Which providers count for which signal, and in which order (1 first). The one place where demo rows give way:
-- they count only while no other provider has artists. Providers without settings come with artists or in files; `segue` is what people
-- told the bot.
with named as (
    select distinct provider, false as has_artists from {{ ref('provider_signals') }}
    union all
    select distinct provider, true as has_artists from {{ ref('int_artists_unioned') }}
    union all
    select distinct provider, false as has_artists from {{ ref('stg_catalogue_dump__tracks') }}
    union all
    select distinct provider, false as has_artists from {{ ref('stg_catalogue_dump__audio_features') }}
    union all
    select distinct provider, false as has_artists from {{ ref('stg_catalogue_dump__aliases') }}
),

providers as (
    select
        provider,
        bool_or(bool_or(has_artists) and provider <> 'demo') over () as is_demo_needless
    from named
    group by provider
),

signals as (
    select distinct signal from {{ ref('provider_signals') }}
),

final as (
    select
        providers.provider,
        signals.signal,
        row_number() over (
            partition by signals.signal order by coalesce(settings.priority, 1000), providers.provider
        ) as preference
    from providers
    cross join signals
    left join {{ ref('provider_signals') }} as settings
        on providers.provider = settings.provider and signals.signal = settings.signal
    where
        coalesce(settings.is_used, true)
        and (providers.provider <> 'demo' or not providers.is_demo_needless)
)

select * from final
