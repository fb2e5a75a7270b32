-- The 50 artists that sound nearest to each, among those in the blocks it probes; closeness is 1 at no distance.
with compared as (
    select
        mine.number,
        {{ packed_distance(squared_distance('mine', 'theirs', audio_columns()), 'theirs.number') }} as packed
    from {{ ref('int_artist_probes') }} as probes
    inner join {{ ref('int_artists_standardised') }} as mine
        on probes.number = mine.number
    inner join {{ ref('int_artist_probes') }} as blocks
        on probes.centroid = blocks.centroid and blocks.position = 1
    inner join {{ ref('int_artists_standardised') }} as theirs
        on blocks.number = theirs.number
    where mine.number <> theirs.number
),

nearest as (
    select
        number,
        min(packed, 50) as packed
    from compared
    group by number
),

final as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number
    from nearest
    cross join unnest(nearest.packed) as pair (packed)
)

select * from final
