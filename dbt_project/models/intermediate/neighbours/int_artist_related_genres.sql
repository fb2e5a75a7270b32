{{ config(materialized='ephemeral') }}
-- Genres of one neighbour that are related to genres of the other and not shared, the closest first (at most 3), as pairs in JSON.
-- What each artist's genres are related to is found before the artists are paired: few pairs of genres remain for each of them.
with related as (
    select
        mine.number,
        mine.genre,
        related.related_genre,
        related.similarity
    from {{ ref('int_artist_genres_weighted') }} as mine
    inner join {{ ref('int_genres_related') }} as related
        on mine.genre = related.genre and related.similarity >= 0.2
    where not contains(mine.all_genres, related.related_genre)
),

placed as (
    select
        pairs.number,
        pairs.neighbour_number,
        mine.genre,
        theirs.genre as their_genre,
        row_number() over (
            partition by pairs.number, pairs.neighbour_number order by mine.similarity desc, mine.genre, theirs.genre
        ) as place
    from {{ ref('int_artist_neighbours') }} as pairs
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on pairs.neighbour_number = theirs.number
    inner join related as mine
        on pairs.number = mine.number and theirs.genre = mine.related_genre
    where not contains(theirs.all_genres, mine.genre)
),

named as (
    select
        number,
        neighbour_number,
        place,
        '[' || {{ json_text('genre') }} || ',' || {{ json_text('their_genre') }} || ']' as genre_pair
    from placed
    where place <= 3
),

final as (
    select
        number,
        neighbour_number,
        max(case when place = 1 then genre_pair end)
        || coalesce(',' || max(case when place = 2 then genre_pair end), '')
        || coalesce(',' || max(case when place = 3 then genre_pair end), '') as related_genres
    from named
    group by number, neighbour_number
)

select * from final
