-- How much one genre says about another: 1 for itself; else how alike the genres are that their artists have besides (cosine of
-- int_genres_met), or half of how many telling words their names share (cosine), whichever is more. Kept: the 20 strongest of
-- either side, from 0.1 up.
with met as (
    select
        mine.genre,
        theirs.genre as related_genre,
        {{ exact_sum('mine.information * theirs.information') }} / max(mine.length * theirs.length) as similarity
    from {{ ref('int_genres_met') }} as mine
    inner join {{ ref('int_genres_met') }} as theirs
        on mine.other_genre = theirs.other_genre and mine.genre <> theirs.genre
    group by mine.genre, theirs.genre
),

strongest as (
    select
        genre,
        related_genre,
        max(similarity) as similarity,
        row_number() over (partition by genre order by max(similarity) desc, related_genre) as place
    from (
        select * from met
        union all
        select * from {{ ref('int_genres_alike_in_words') }}
    ) as both_kinds
    where similarity >= 0.1
    group by genre, related_genre
),

either_side as (
    select
        case when direction.turned then strongest.related_genre else strongest.genre end as genre,
        case when direction.turned then strongest.genre else strongest.related_genre end as related_genre,
        strongest.similarity
    from strongest
    cross join (values (false), (true)) as direction (turned)
    where strongest.place <= 20
    union all
    select
        genre,
        genre as related_genre, -- noqa: AL08
        1.0 as similarity
    from {{ ref('dim_genres') }}
),

final as (
    select
        genre,
        related_genre,
        round(max(similarity), 9) as similarity
    from either_side
    group by genre, related_genre
)

select * from final
