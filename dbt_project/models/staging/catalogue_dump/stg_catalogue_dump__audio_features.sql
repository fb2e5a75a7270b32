with newest as (
    {{ newest_rows('raw_catalogue_dump', 'audio_features', ['provider', 'track_id'], ['energy asc', 'tempo asc']) }}
),

renamed as (
    select
        track_id,
        danceability,
        energy,
        case when key >= 0 then key end as key,
        case when loudness > 0 then 0.0 else loudness end as loudness,
        mode,
        speechiness,
        acousticness,
        instrumentalness,
        liveness,
        valence,
        case when tempo > 0 then tempo end as tempo,
        duration_ms,
        time_signature,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null
)

select * from renamed
