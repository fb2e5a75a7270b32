with completed as (
    {{ completed_rows('raw_spotify', 'artists') }}
),

renamed as (
    select
        artist_id,
        popularity,
        followers,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from completed
    where artist_id is not null and popularity is not null
)

select * from renamed
