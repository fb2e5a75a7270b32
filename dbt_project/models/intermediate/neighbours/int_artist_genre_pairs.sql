-- How alike the genres of artists are that met through them. `shared_weight` is that of the genres both have, `overlap` the
-- weighted Jaccard index, `relatedness` the cosine of the weights when related genres count in part.
with compared as (
    select
        met.number,
        met.neighbour_number,
        {{ exact_small_sum('case when mine.weight is null then 0.0 else least(mine.weight, theirs.weight) end') }} as shared_weight,
        {{ exact_small_sum('mine.strength * theirs.weight') }} / max(theirs.length) as relatedness,
        max(mine.total_weight) + max(theirs.total_weight) as both_weights
    from {{ ref('int_artist_genres_met') }} as met
    inner join {{ ref('int_artist_genres_softened') }} as theirs
        on met.neighbour_number = theirs.number and theirs.weight is not null
    inner join {{ ref('int_artist_genres_softened') }} as mine
        on met.number = mine.number and theirs.genre = mine.genre
    group by met.number, met.neighbour_number
),

final as (
    select
        number,
        neighbour_number,
        shared_weight,
        round(shared_weight / (both_weights - shared_weight), 9) as overlap,
        round(least(relatedness, 1.0), 9) as relatedness
    from compared
)

select * from final
