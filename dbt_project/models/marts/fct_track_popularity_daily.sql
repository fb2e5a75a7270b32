-- The last value of each UTC day over all retrievals, from the preferred provider of that day.
with ranked as (
    select
        history.*,
        row_number() over (
            partition by history.track_id, history.day order by signals.preference, history.retrieved_at desc
        ) as choice
    from {{ ref('int_track_popularity_history') }} as history
    inner join {{ ref('int_provider_signals') }} as signals
        on history.provider = signals.provider and signals.signal = 'popularity'
    inner join {{ ref('dim_tracks') }} as tracks
        on history.track_id = tracks.track_id
),

final as (
    select
        track_id,
        day,
        popularity,
        provider
    from ranked
    where choice = 1
)

select * from final
