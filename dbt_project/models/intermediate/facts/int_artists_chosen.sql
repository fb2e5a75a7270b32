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

credited as (
    select
        artist_id,
        name,
        cast(null as varchar) as image_url,
        cast(null as varchar) as spotify_url,
        cast(null as bigint) as popularity,
        cast(null as bigint) as followers,
        cast(null as varchar) as popularity_provider,
        provider,
        retrieved_at
    from {{ ref('int_artists_credited') }}
    where artist_id not in (select artist_id from known)
),

final as (
    select * from known
    union all
    select * from credited
)

select * from final
