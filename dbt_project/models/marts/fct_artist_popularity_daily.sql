-- The last value of each UTC day over all retrievals, from the preferred provider of that day.
with ranked as (
    select
        history.*,
        row_number() over (
            partition by history.artist_id, history.day order by signals.preference, history.retrieved_at desc
        ) as choice
    from {{ ref('int_artist_popularity_history') }} as history
    inner join {{ ref('int_provider_signals') }} as signals
        on history.provider = signals.provider and signals.signal = 'popularity'
    inner join {{ ref('int_artists_chosen') }} as artists
        on history.artist_id = artists.artist_id
),

final as (
    select
        artist_id,
        day,
        popularity,
        followers,
        provider
    from ranked
    where choice = 1
)

select * from final
