{{ blocking_centroids(ref('int_tracks_standardised'), audio_features()) }}
