-- Artists met through a shared or a related genre: the 400 best of each. `overlap` is the weighted Jaccard index of the genres;
-- `relatedness` the cosine of the genres' information when related genres count in part.
with totals as (
    select number, sum(weight) as weight
    from {{ ref('int_artist_genres_weighted') }}
    group by number
),

shared as (
    select
        mine.number,
        theirs.number as neighbour_number,
        sum(least(mine.weight, theirs.weight)) as weight,
        0.0 as information
    from {{ ref('int_artist_genres_weighted') }} as mine
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on mine.genre = theirs.genre and mine.block = theirs.block and mine.number <> theirs.number
    group by mine.number, theirs.number
),

related as (
    select
        mine.number,
        theirs.number as neighbour_number,
        0.0 as weight,
        sum(mine.information * theirs.information) as information
    from {{ ref('int_artist_genres_softened') }} as mine
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on mine.genre = theirs.genre and mine.number <> theirs.number
    where theirs.artist_count <= 4000
    group by mine.number, theirs.number
),

met as (
    select
        number,
        neighbour_number,
        sum(weight) as shared_weight,
        sum(information) as information
    from (
        select * from shared
        union all
        select * from related
    ) as both_kinds
    group by number, neighbour_number
),

lengths as (
    select number, max(length) as length
    from {{ ref('int_artist_genres_softened') }}
    group by number
),

scored as (
    select
        met.number,
        met.neighbour_number,
        round(met.shared_weight / (mine.weight + theirs.weight - met.shared_weight), 9) as overlap,
        round(least(met.information / lengths.length, 1.0), 9) as relatedness
    from met
    inner join totals as mine
        on met.number = mine.number
    inner join totals as theirs
        on met.neighbour_number = theirs.number
    inner join lengths
        on met.neighbour_number = lengths.number
),

nearest as (
    select
        number,
        min({{ packed_distance('1.5 - overlap - 0.5 * relatedness', 'neighbour_number') }}, 400) as packed
    from scored
    group by number
),

kept as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number
    from nearest
    cross join unnest(nearest.packed) as pair (packed)
),

final as (
    select scored.*
    from kept
    inner join scored
        on kept.number = scored.number and kept.neighbour_number = scored.neighbour_number
)

select * from final
