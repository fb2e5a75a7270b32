-- What every method has to beat: the plain Jaccard index of the genres, ties to the smaller id.
with counted as (
    select
        mine.number,
        theirs.number as neighbour_number,
        count(*) as shared,
        max(mine.genre_count + theirs.genre_count) as both_count
    from {{ ref('int_artist_genres_weighted') }} as mine
    inner join {{ ref('int_artist_genres_weighted') }} as theirs
        on mine.genre = theirs.genre and mine.number <> theirs.number
    group by mine.number, theirs.number
),

ranked as (
    select
        number,
        neighbour_number,
        row_number() over (
            partition by number order by cast(shared as double) / (both_count - shared) desc, neighbour_number
        ) as rank
    from counted
)

select
    artists.artist_id,
    neighbours.artist_id as neighbour_artist_id,
    ranked.rank
from ranked
inner join {{ ref('int_artists_described') }} as artists
    on ranked.number = artists.number
inner join {{ ref('int_artists_described') }} as neighbours
    on ranked.neighbour_number = neighbours.number
where ranked.rank <= 20
