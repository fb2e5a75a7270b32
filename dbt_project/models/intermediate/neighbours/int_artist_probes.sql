{{ blocking_probes(ref('int_artists_standardised'), ref('int_artist_centroids'), audio_columns(), probes=16) }}
