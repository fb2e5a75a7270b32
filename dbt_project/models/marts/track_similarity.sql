{% set features = audio_features() -%}
with compared as (
    select
        neighbours.*,
        mine.features_provider,
        {{ closeness_keys('mine', 'theirs', features) }} as closeness
    from {{ ref('int_track_neighbours') }} as neighbours
    inner join {{ ref('int_tracks_standardised') }} as mine
        on neighbours.track_id = mine.track_id
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on neighbours.neighbour_track_id = theirs.track_id
),

explained as (
    select
        compared.*,
        {{ closest_features('compared.closeness', 'my_values', 'their_values', features) }} as closest_features,
        shared.shared_genres
    from compared
    inner join {{ ref('dim_tracks') }} as my_values
        on compared.track_id = my_values.track_id
    inner join {{ ref('dim_tracks') }} as their_values
        on compared.neighbour_track_id = their_values.track_id
    left join {{ ref('int_track_shared_genres') }} as shared
        on compared.artist_id = shared.artist_id and compared.neighbour_artist_id = shared.neighbour_artist_id
),

final as (
    select
        track_id,
        neighbour_track_id,
        variant,
        rank,
        distance,
        {{ json_object_of([
            json_list_entry('closest_features', 'closest_features'),
            json_entry('shared_genres', 'shared_genres'),
            json_entry('features_provider', json_text('features_provider')),
        ]) }} as reasons
    from explained
)

select * from final
