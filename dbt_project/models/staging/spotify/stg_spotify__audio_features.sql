with newest as (
    {{ newest_rows('raw_spotify', 'audio_features', ['provider', 'track_id'], ['energy asc', 'tempo asc']) }}
),

renamed as (
    select
        track_id,
        {{ audio_values() }},
        duration_ms,
        time_signature,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
