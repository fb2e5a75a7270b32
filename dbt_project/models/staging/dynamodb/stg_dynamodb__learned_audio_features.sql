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
        {{ unit_interval('danceability') }} as danceability,
        {{ unit_interval('energy') }} as energy,
        case when key between 0 and 11 then key end as key,
        case when loudness > 0 and loudness < 100 then 0.0 when loudness between -200 and 0 then loudness end as loudness,
        mode,
        {{ unit_interval('speechiness') }} as speechiness,
        {{ unit_interval('acousticness') }} as acousticness,
        {{ unit_interval('instrumentalness') }} as instrumentalness,
        {{ unit_interval('liveness') }} as liveness,
        {{ unit_interval('valence') }} as valence,
        case when tempo > 0 and tempo < 1000 then tempo end as tempo,
        time_signature,
        features_provider as provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from ranked
    where track_recency = 1
)

select * from renamed
