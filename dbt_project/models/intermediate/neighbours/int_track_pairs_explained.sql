{% set features = audio_features() -%}
-- Each pair of tracks once, whatever the variant: its exact distance, and the values in which the two are closest.
with pairs as (
    select distinct
        number,
        neighbour_number
    from {{ ref('int_track_pairs') }}
),

compared as (
    select
        pairs.number,
        pairs.neighbour_number,
        mine.track_id,
        theirs.track_id as neighbour_track_id,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        mine.features_provider,
        round(sqrt({{ squared_distance('mine', 'theirs', features) }}), 9) as distance,
        {{ closeness_keys('mine', 'theirs', features) }} as closeness
    from pairs
    inner join {{ ref('int_tracks_standardised') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on pairs.neighbour_number = theirs.number
),

final as (
    select
        compared.number,
        compared.neighbour_number,
        compared.track_id,
        compared.neighbour_track_id,
        compared.artist_id,
        compared.neighbour_artist_id,
        compared.features_provider,
        compared.distance,
        {{ closest_features('compared.closeness', 'my_values', 'their_values', features) }} as closest_features
    from compared
    inner join {{ ref('dim_tracks') }} as my_values
        on compared.track_id = my_values.track_id
    inner join {{ ref('dim_tracks') }} as their_values
        on compared.neighbour_track_id = their_values.track_id
)

select * from final
