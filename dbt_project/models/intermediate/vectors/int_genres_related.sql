-- How much one genre says about another: 1 for itself; else how often the same artists have both (cosine), or half of how
-- many telling words their names share (cosine), whichever is more. Kept: the 10 strongest of either side, from 0.1 up.
with together as (
    select
        mine.genre,
        theirs.genre as related_genre,
        count(*) as artist_count
    from {{ ref('artist_genres') }} as mine
    inner join {{ ref('artist_genres') }} as theirs
        on mine.artist_id = theirs.artist_id and mine.genre <> theirs.genre
    group by mine.genre, theirs.genre
),

co_occurring as (
    select
        together.genre,
        together.related_genre,
        together.artist_count / sqrt(cast(mine.artist_count as double) * theirs.artist_count) as similarity
    from together
    inner join {{ ref('dim_genres') }} as mine
        on together.genre = mine.genre
    inner join {{ ref('dim_genres') }} as theirs
        on together.related_genre = theirs.genre
),

strongest as (
    select
        genre,
        related_genre,
        max(similarity) as similarity,
        row_number() over (partition by genre order by max(similarity) desc, related_genre) as place
    from (
        select * from co_occurring
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
    where strongest.place <= 10
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
