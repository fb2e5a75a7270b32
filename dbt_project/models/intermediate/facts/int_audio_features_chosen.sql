-- One set of audio values per track, all from one provider: scales are never mixed within a track.
with ranked as (
    select
        features.*,
        row_number() over (partition by features.track_id order by signals.preference) as choice
    from {{ ref('int_audio_features_unioned') }} as features
    inner join {{ ref('int_provider_signals') }} as signals
        on features.provider = signals.provider and signals.signal = 'audio'
    where features.energy is not null or features.danceability is not null
),

final as (
    select
        track_id, danceability, energy, loudness, speechiness, acousticness, instrumentalness, liveness, valence, tempo,
        key, mode, time_signature, provider as features_provider
    from ranked
    where choice = 1
)

select * from final
