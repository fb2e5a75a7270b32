-- The 50 artists that sound nearest to each, among those in the blocks it probes. A block holds about half the root of all artists:
-- of a large catalogue the nearest blocks that hold 1,000 are enough, so that each artist is compared with no more than that.
with counted as (
    select count(*) as size from {{ ref('int_artists_standardised') }}
),

compared as (
    select
        mine.number,
        {{ packed_distance(squared_distance('mine', 'theirs', audio_columns()), 'theirs.number') }} as packed
    from {{ ref('int_artist_probes') }} as probes
    inner join counted
        on probes.position * sqrt(cast(counted.size as double)) / 2.0 <= 1000.0
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
