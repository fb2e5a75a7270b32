{% set features = audio_features() -%}
-- Each pair of neighbouring tracks once, whatever the variant, with why: the JSON text both variants show.
with compared as (
    select
        neighbours.*,
        mine.track_id,
        theirs.track_id as neighbour_track_id,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        mine.features_provider,
        {{ telling_keys('mine', 'theirs', features) }} as keys
    from {{ ref('int_track_neighbours') }} as neighbours
    inner join {{ ref('int_tracks_standardised') }} as mine
        on neighbours.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on neighbours.neighbour_number = theirs.number
),

explained as (
    select
        compared.*,
        {{ closest_features('compared.keys', 'my_values', 'their_values', features) }} as closest_features
    from compared
    inner join {{ ref('dim_tracks') }} as my_values
        on compared.track_id = my_values.track_id
    inner join {{ ref('dim_tracks') }} as their_values
        on compared.neighbour_track_id = their_values.track_id
),

final as (
    select
        explained.track_id,
        explained.neighbour_track_id,
        explained.distance,
        explained.any_artist_rank,
        explained.other_artists_rank,
        {{ json_object_of([
            json_list_entry('closest_features', 'explained.closest_features'),
            json_entry('shared_genres', 'shared.shared_genres'),
            json_entry('features_provider', json_text('explained.features_provider')),
        ]) }} as reasons
    from explained
    left join {{ ref('int_track_shared_genres') }} as shared
        on explained.artist_id = shared.artist_id and explained.neighbour_artist_id = shared.neighbour_artist_id
)

select * from final
