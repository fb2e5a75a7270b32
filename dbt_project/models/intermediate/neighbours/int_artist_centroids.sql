{{ config(materialized='ephemeral') }}
{{ blocking_centroids(ref('int_artists_standardised'), audio_columns()) }}
