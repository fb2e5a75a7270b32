{{ blocking_probes(ref('int_tracks_standardised'), ref('int_track_centroids'), audio_features(), probes=15) }}
