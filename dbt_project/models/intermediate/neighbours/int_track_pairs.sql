-- The nearest tracks of each track among those in the blocks it probes: never another recording of the same song.
-- `other_artists` takes a few more than 20, since artists who share a credit drop out later.
with blocks as (
    select
        probes.centroid,
        vectors.*
    from {{ ref('int_track_probes') }} as probes
    inner join {{ ref('int_tracks_standardised') }} as vectors
        on probes.number = vectors.number
    where probes.position = 1
),

probing as (
    select
        probes.centroid,
        vectors.*
    from {{ ref('int_track_probes') }} as probes
    inner join {{ ref('int_tracks_standardised') }} as vectors
        on probes.number = vectors.number
),

compared as (
    select
        probing.number,
        probing.artist_number <> blocks.artist_number as is_other_artist,
        {{ packed_distance(squared_distance('probing', 'blocks', audio_features()), 'blocks.number') }} as packed
    from probing
    inner join blocks
        on probing.centroid = blocks.centroid
    where probing.recording_number <> blocks.recording_number
),

nearest as (
    select
        number,
        min(packed, 20) as any_artist,
        min(packed, 25) filter (where is_other_artist) as other_artists
    from compared
    group by number
),

final as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        'any_artist' as variant
    from nearest
    cross join unnest(nearest.any_artist) as pair (packed)
    union all
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        'other_artists' as variant
    from nearest
    cross join unnest(nearest.other_artists) as pair (packed)
)

select * from final
