-- The best known facts of each artist: each from the preferred provider that gave it.
with used as (
    select
        artists.*,
        signals.preference,
        popularity_signals.preference as popularity_preference
    from {{ ref('int_artists_unioned') }} as artists
    inner join {{ ref('int_provider_signals') }} as signals
        on artists.provider = signals.provider and signals.signal = 'facts'
    left join {{ ref('int_provider_signals') }} as popularity_signals
        on artists.provider = popularity_signals.provider and popularity_signals.signal = 'popularity'
    where artists.name is not null
),

known as (
    select
        artist_id,
        min_by(name, preference) as name,
        min_by(image_url, preference) filter (where image_url is not null) as image_url,
        min_by(spotify_url, preference) filter (where spotify_url is not null) as spotify_url,
        min_by(popularity, popularity_preference) filter (where popularity is not null and popularity_preference is not null) as popularity,
        min_by(followers, popularity_preference) filter (where followers is not null and popularity_preference is not null) as followers,
        min_by(provider, popularity_preference) filter (
            where coalesce(popularity, followers) is not null and popularity_preference is not null
        ) as popularity_provider,
        min_by(provider, preference) as provider,
        min_by(retrieved_at, preference) as retrieved_at
    from used
    group by artist_id
),

final as (
    select
        coalesce(known.artist_id, credited.artist_id) as artist_id,
        coalesce(known.name, credited.name) as name,
        known.image_url,
        known.spotify_url,
        known.popularity,
        known.followers,
        known.popularity_provider,
        coalesce(known.provider, credited.provider) as provider,
        coalesce(known.retrieved_at, credited.retrieved_at) as retrieved_at
    from known
    full outer join {{ ref('int_artists_credited') }} as credited
        on known.artist_id = credited.artist_id
)

select * from final
