-- Genres of one neighbour that are related to genres of the other and not shared, the closest first (at most 3), as pairs in JSON.
with pairs as (
    select distinct number, neighbour_number
    from {{ ref('int_artist_neighbours') }}
),

related as (
    select
        pairs.number,
        pairs.neighbour_number,
        mine.genre,
        theirs.genre as related_genre,
        row_number() over (
            partition by pairs.number, pairs.neighbour_number order by related.similarity desc, mine.genre, theirs.genre
        ) as place
    from pairs
    inner join {{ ref('int_artist_genres_weighted') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_genres_related') }} as related
        on mine.genre = related.genre and related.genre <> related.related_genre and related.similarity >= 0.2
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on pairs.neighbour_number = theirs.number and related.related_genre = theirs.genre
    where
        not exists (
            select 1 from {{ ref('int_artist_genres_weighted') }} as my_other
            where my_other.number = pairs.number and my_other.genre = theirs.genre
        )
        and not exists (
            select 1 from {{ ref('int_artist_genres_weighted') }} as their_other
            where their_other.number = pairs.neighbour_number and their_other.genre = mine.genre
        )
),

final as (
    select
        number,
        neighbour_number,
        max(case when place = 1 then '[' || {{ json_text('genre') }} || ',' || {{ json_text('related_genre') }} || ']' end)
        || coalesce(max(case when place = 2 then ',[' || {{ json_text('genre') }} || ',' || {{ json_text('related_genre') }} || ']' end), '')
        || coalesce(max(case when place = 3 then ',[' || {{ json_text('genre') }} || ',' || {{ json_text('related_genre') }} || ']' end), '')
            as related_genres
    from related
    where place <= 3
    group by number, neighbour_number
)

select * from final
