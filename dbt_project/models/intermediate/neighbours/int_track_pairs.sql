{% set features = audio_features() -%}
-- The nearest tracks of each track among those in the blocks it probes, never another recording of the same song: the 25 nearest of
-- its own main artist and the 25 nearest of others. Only the choice is made here; ranks come from exact distances.
-- Within its own block each track already meets 25 of other artists (or it has no bound): whatever is farther than the last of
-- them needs no place in line. That spares the aggregate nine pairs of ten.
with bounds as (
    select
        probing.number,
        min({{ packed_distance(squared_distance('probing', 'blocks', features), 'blocks.number') }}, 25)[25] as packed
    from {{ ref('int_track_vectors') }} as probing
    inner join {{ ref('int_track_vectors') }} as blocks
        on probing.centroid = blocks.centroid
    where
        probing.position = 1
        and blocks.position = 1
        and probing.artist_number <> blocks.artist_number
        and probing.recording_number <> blocks.recording_number
    group by probing.number
    having count(*) >= 25
),

bounded as (
    select
        vectors.*,
        cast(coalesce({{ unpacked_distance('bounds.packed') }}, 9000.0) + 0.001 as real) as farthest
    from {{ ref('int_track_vectors') }} as vectors
    left join bounds
        on vectors.number = bounds.number
),

nearest as (
    select
        probing.number,
        probing.artist_number <> blocks.artist_number as is_other_artist,
        min({{ packed_distance(squared_distance('probing', 'blocks', features), 'blocks.number') }}, 25) as packed
    from bounded as probing
    inner join {{ ref('int_track_vectors') }} as blocks
        on
            probing.centroid = blocks.centroid
            and blocks.position = 1
            and probing.recording_number <> blocks.recording_number
    where {{ squared_distance('probing', 'blocks', features) }} <= probing.farthest
    group by probing.number, probing.artist_number <> blocks.artist_number
),

final as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        nearest.is_other_artist
    from nearest
    cross join unnest(nearest.packed) as pair (packed)
)

select * from final
