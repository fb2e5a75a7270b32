-- The 200 artists of most alike genres of each, among those met where it looks for others. Who stands in a block of a genre is
-- met from the blocks beside it too, so that a border parts nobody from artists with audiences of nearly the same size.
with found_in as (
    select
        genres.number,
        genres.genre,
        genres.weight / genres.length as share,
        coalesce(genres.block + beside.step, 0) as block
    from {{ ref('int_artist_genres_softened') }} as genres
    cross join (values (-1), (0), (1)) as beside (step)
    where genres.weight is not null and (genres.block is not null or beside.step = 0)
),

met as (
    select
        mine.number,
        theirs.number as neighbour_number,
        {{ exact_small_sum('mine.strength * theirs.share') }} as relatedness
    from {{ ref('int_artist_genres_softened') }} as mine
    inner join found_in as theirs
        on mine.genre = theirs.genre and coalesce(mine.block, 0) = theirs.block and mine.number <> theirs.number
    where mine.is_sought
    group by mine.number, theirs.number
),

nearest as (
    select
        number,
        min({{ packed_score('least(relatedness, 1.0)', 'neighbour_number') }}, 200) as packed
    from met
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
