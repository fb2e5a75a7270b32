with known as (
    {{ current_items('learned_tracks') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by features_provider, track_id order by written_at_micros desc, artist_id asc
        ) as track_recency
    from known
    where features_provider is not null
),

renamed as (
    select
        track_id,
        {{ audio_values() }},
        time_signature,
        features_provider as provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from ranked
    where track_recency = 1
)

select * from renamed
