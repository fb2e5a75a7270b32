-- Artists met through a shared or a related genre. `shared_weight` is that of the genres both have, `overlap`
-- the weighted Jaccard index, `relatedness` the cosine of the weights when related genres count in part.
with met as (
    select
        mine.number,
        theirs.number as neighbour_number,
        {{ exact_sum('case when mine.weight is null then 0.0 else least(mine.weight, theirs.weight) end') }} as shared_weight,
        {{ exact_sum('mine.strength * theirs.weight') }} as strength
    from {{ ref('int_artist_genres_softened') }} as mine
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on mine.genre = theirs.genre and mine.number <> theirs.number
    where theirs.block = 0 or mine.block = theirs.block
    group by mine.number, theirs.number
),

final as (
    select
        met.number,
        met.neighbour_number,
        met.shared_weight,
        round(met.shared_weight / (mine.weight + theirs.weight - met.shared_weight), 9) as overlap,
        round(least(met.strength / theirs.length, 1.0), 9) as relatedness
    from met
    inner join {{ ref('int_artist_genre_totals') }} as mine
        on met.number = mine.number
    inner join {{ ref('int_artist_genre_totals') }} as theirs
        on met.neighbour_number = theirs.number
)

select * from final
