{{ config(materialized='ephemeral') }}
-- Genres that neighbours share, the most telling first (at most 5), as items of a JSON list.
with shared as (
    select
        pairs.number,
        pairs.neighbour_number,
        {{ json_text('mine.genre') }} as genre_text,
        row_number() over (
            partition by pairs.number, pairs.neighbour_number order by mine.information desc, mine.genre
        ) as place
    from {{ ref('int_artist_neighbours') }} as pairs
    inner join {{ ref('int_artist_genres_weighted') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on pairs.neighbour_number = theirs.number and mine.genre = theirs.genre
),

final as (
    select
        number,
        neighbour_number,
        max(case when place = 1 then genre_text end)
        {%- for place in range(2, 6) %}
        || coalesce(',' || max(case when place = {{ place }} then genre_text end), '')
        {%- endfor %} as shared_genres
    from shared
    where place <= 5
    group by number, neighbour_number
)

select * from final
