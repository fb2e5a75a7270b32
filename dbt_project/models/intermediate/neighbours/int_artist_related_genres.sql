-- Genres of one neighbour that are related to genres of the other and not shared, the closest first (at most 3), as pairs in JSON.
with pairs as (
    select distinct number, neighbour_number
    from {{ ref('int_artist_neighbours') }}
),

related as (
    select
        pairs.number,
        pairs.neighbour_number,
        '[' || {{ json_text('mine.genre') }} || ',' || {{ json_text('theirs.genre') }} || ']' as genre_pair,
        row_number() over (
            partition by pairs.number, pairs.neighbour_number order by related.similarity desc, mine.genre, theirs.genre
        ) as place
    from pairs
    inner join {{ ref('int_artist_genres_weighted') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on pairs.neighbour_number = theirs.number
    inner join {{ ref('int_genres_related') }} as related
        on mine.genre = related.genre and theirs.genre = related.related_genre and related.similarity >= 0.2
    where not contains(mine.all_genres, theirs.genre) and not contains(theirs.all_genres, mine.genre)
),

final as (
    select
        number,
        neighbour_number,
        max(case when place = 1 then genre_pair end)
        || coalesce(',' || max(case when place = 2 then genre_pair end), '')
        || coalesce(',' || max(case when place = 3 then genre_pair end), '') as related_genres
    from related
    where place <= 3
    group by number, neighbour_number
)

select * from final
