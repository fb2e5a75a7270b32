with genre_lists as (
    select
        artist_id,
        {{ json_list('genre', 'position') }} as genres
    from {{ ref('artist_genres') }}
    group by artist_id
),

genre_providers as (
    select
        artist_id,
        min_by(provider, preference) as genres_provider
    from {{ ref('int_artist_genres_unioned') }}
    group by artist_id
),

catalogues as (
    select
        credits.artist_id,
        min(tracks.release_year) as first_year,
        max(tracks.release_year) as last_year,
        count(*) as track_count,
        count(tracks.features_provider) as featured_track_count,
        min_by(tracks.features_provider, credits.rank) filter (where tracks.features_provider is not null) as features_provider
    from {{ ref('artist_tracks') }} as credits
    inner join {{ ref('dim_tracks') }} as tracks
        on credits.track_id = tracks.track_id
    group by credits.artist_id
),

countries as (
    select
        artists.artist_id,
        min_by(artists.country, signals.preference) as country
    from {{ ref('stg_musicbrainz__artists') }} as artists
    inner join {{ ref('int_provider_signals') }} as signals
        on artists.provider = signals.provider and signals.signal = 'facts'
    where artists.country is not null
    group by artists.artist_id
),

final as (
    select
        artists.artist_id,
        artists.name,
        artists.image_url,
        coalesce(artists.spotify_url, 'https://open.spotify.com/artist/' || artists.artist_id) as spotify_url,
        genre_lists.genres,
        artists.popularity,
        artists.followers,
        countries.country,
        catalogues.first_year,
        catalogues.last_year,
        coalesce(catalogues.track_count, 0) as track_count,
        coalesce(catalogues.featured_track_count, 0) as featured_track_count,
        artists.provider,
        genre_providers.genres_provider,
        catalogues.features_provider,
        artists.popularity_provider,
        artists.retrieved_at
    from {{ ref('int_artists_chosen') }} as artists
    left join genre_lists on artists.artist_id = genre_lists.artist_id
    left join genre_providers on artists.artist_id = genre_providers.artist_id
    left join catalogues on artists.artist_id = catalogues.artist_id
    left join countries on artists.artist_id = countries.artist_id
)

select * from final
