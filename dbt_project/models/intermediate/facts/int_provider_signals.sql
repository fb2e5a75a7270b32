-- Which providers count for which signal, and in which order (1 first). The one place where demo rows give way:
-- they count only while no other provider has artists.
with providers as (
    select provider from {{ ref('int_artists_unioned') }}
    union
    select provider from {{ ref('int_tracks_unioned') }}
    union
    select provider from {{ ref('int_audio_features_unioned') }}
    union
    select provider from {{ ref('stg_musicbrainz__artists') }}
    union
    select provider from {{ ref('stg_musicbrainz__genres') }}
    union
    select provider from {{ ref('stg_musicbrainz__aliases') }}
    union
    select provider from {{ ref('stg_catalogue_dump__aliases') }}
    union
    select provider from {{ ref('stg_dynamodb__aliases') }}
    union
    select provider from {{ ref('stg_dynamodb__learned_genres') }}
),

signals as (
    select distinct signal from {{ ref('provider_signals') }}
),

demo as (
    select count(*) as other_artists
    from {{ ref('int_artists_unioned') }}
    where provider <> 'demo'
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
    cross join demo
    left join {{ ref('provider_signals') }} as settings
        on providers.provider = settings.provider and signals.signal = settings.signal
    where coalesce(settings.is_used, true) and (providers.provider <> 'demo' or demo.other_artists = 0)
)

select * from final
