with newest as (
    {{ newest_rows('raw_reccobeats', 'audio_features', ['provider', 'track_id'], ['energy asc', 'tempo asc']) }}
),

renamed as (
    select
        track_id,
        reccobeats_id,
        upper(replace(isrc, '-', '')) as isrc,
        {{ audio_values() }},
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
