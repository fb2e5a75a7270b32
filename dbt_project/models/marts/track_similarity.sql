with final as (
    select
        explained.track_id,
        explained.neighbour_track_id,
        neighbours.variant,
        neighbours.rank,
        explained.distance,
        {{ json_object_of([
            json_list_entry('closest_features', 'explained.closest_features'),
            json_entry('shared_genres', 'shared.shared_genres'),
            json_entry('features_provider', json_text('explained.features_provider')),
        ]) }} as reasons
    from {{ ref('int_track_neighbours') }} as neighbours
    inner join {{ ref('int_track_pairs_explained') }} as explained
        on neighbours.number = explained.number and neighbours.neighbour_number = explained.neighbour_number
    left join {{ ref('int_track_shared_genres') }} as shared
        on explained.artist_id = shared.artist_id and explained.neighbour_artist_id = shared.neighbour_artist_id
)

select * from final
