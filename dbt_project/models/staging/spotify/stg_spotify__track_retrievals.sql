with completed as (
    {{ completed_rows('raw_spotify', 'tracks') }}
),

renamed as (
    select
        track_id,
        popularity,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from completed
    where track_id is not null and popularity is not null
)

select * from renamed
