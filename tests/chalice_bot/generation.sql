create table {s}.dim_artists (
    artist_id text primary key, name text not null, image_url text, spotify_url text, genres text, popularity bigint,
    followers bigint, country text, first_year bigint, last_year bigint, track_count bigint, featured_track_count bigint,
    provider text, genres_provider text, features_provider text, popularity_provider text, retrieved_at timestamp
);
create table {s}.dim_tracks (
    track_id text primary key, name text not null, artist_id text, artist_name text, artist_ids text, artist_names text,
    album_id text, album_name text, release_year bigint, popularity bigint, image_url text, spotify_url text, recording_key text, provider text,
    features_provider text
);
create table {s}.artist_tracks (artist_id text, track_id text, position bigint, rank bigint);
create table {s}.artist_aliases (
    artist_id text, alias text, script text, source text, confidence double precision, search_key text,
    exact_key text, primary key (artist_id, alias)
);
create table {s}.artist_similarity (
    artist_id text, neighbour_artist_id text, method text, rank bigint, score double precision, reasons text
);
create table {s}.track_similarity (
    track_id text, neighbour_track_id text, variant text, rank bigint, distance double precision, reasons text
);
create table {s}.artist_genres (artist_id text, genre text, weight double precision, primary key (artist_id, genre));
create table {s}.dim_genres (genre text primary key, artist_count bigint, weight double precision);
create table {s}.audio_scales (
    features_provider text primary key,
    danceability_mean double precision, danceability_deviation double precision,
    energy_mean double precision, energy_deviation double precision,
    loudness_mean double precision, loudness_deviation double precision,
    speechiness_mean double precision, speechiness_deviation double precision,
    acousticness_mean double precision, acousticness_deviation double precision,
    instrumentalness_mean double precision, instrumentalness_deviation double precision,
    liveness_mean double precision, liveness_deviation double precision,
    valence_mean double precision, valence_deviation double precision,
    tempo_mean double precision, tempo_deviation double precision
);
create table {s}.artist_sounds (artist_id text primary key, mean_year numeric, sound double precision []);
create table {s}.blend_weights (signal text, weight double precision);
