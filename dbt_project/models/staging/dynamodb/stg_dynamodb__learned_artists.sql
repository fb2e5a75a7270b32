with known as (
    {{ current_items('learned_artists') }}
),

renamed as (
    select
        artist_id,
        name,
        genres,
        popularity,
        followers,
        image_url,
        external_url as spotify_url,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from known
)

select * from renamed
