with main_artists as (
    select
        credits.track_id,
        artists.artist_id,
        artists.name as artist_name,
        row_number() over (partition by credits.track_id order by credits.position) as choice
    from {{ ref('int_track_credits') }} as credits
    inner join {{ ref('int_artists_chosen') }} as artists
        on credits.artist_id = artists.artist_id
),

credit_lists as (
    select
        credits.track_id,
        {{ json_list('credits.artist_id', 'credits.position') }} as artist_ids,
        {{ json_list("coalesce(artists.name, '')", 'credits.position') }} as artist_names
    from {{ ref('int_track_credits') }} as credits
    left join {{ ref('int_artists_chosen') }} as artists
        on credits.artist_id = artists.artist_id
    group by credits.track_id
),

final as (
    select
        tracks.track_id,
        tracks.name,
        main_artists.artist_id,
        main_artists.artist_name,
        credit_lists.artist_ids,
        coalesce(tracks.artist_names, credit_lists.artist_names) as artist_names,
        tracks.album_id,
        tracks.album_name,
        tracks.release_date,
        tracks.release_year,
        tracks.popularity,
        tracks.is_explicit,
        tracks.duration_ms,
        tracks.isrc,
        tracks.image_url,
        coalesce(tracks.spotify_url, 'https://open.spotify.com/track/' || tracks.track_id) as spotify_url,
        features.danceability,
        features.energy,
        features.loudness,
        features.speechiness,
        features.acousticness,
        features.instrumentalness,
        features.liveness,
        features.valence,
        features.tempo,
        features.key,
        features.mode,
        features.time_signature,
        recordings.recording_key,
        tracks.provider,
        features.features_provider,
        tracks.retrieved_at
    from {{ ref('int_tracks_chosen') }} as tracks
    inner join main_artists
        on tracks.track_id = main_artists.track_id and main_artists.choice = 1
    inner join credit_lists
        on tracks.track_id = credit_lists.track_id
    inner join {{ ref('int_recordings_grouped') }} as recordings
        on tracks.track_id = recordings.track_id
    left join {{ ref('int_audio_features_chosen') }} as features
        on tracks.track_id = features.track_id
)

select * from final
