{{ config(materialized='ephemeral') }}
-- Genres that neighbours share, the most telling first (at most 5), as a JSON list.
with pairs as (
    select distinct number, neighbour_number
    from {{ ref('int_artist_neighbours') }}
),

shared as (
    select
        pairs.number,
        pairs.neighbour_number,
        mine.genre,
        row_number() over (
            partition by pairs.number, pairs.neighbour_number order by mine.information desc, mine.genre
        ) as place
    from pairs
    inner join {{ ref('int_artist_genres_weighted') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on pairs.neighbour_number = theirs.number and mine.genre = theirs.genre
),

final as (
    select
        number,
        neighbour_number,
        {{ json_list('genre', 'place') }} as shared_genres
    from shared
    where place <= 5
    group by number, neighbour_number
)

select * from final
