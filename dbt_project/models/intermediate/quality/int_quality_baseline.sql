-- What every method has to beat: the plain Jaccard index of the genres, ties to the smaller id, for the artists of the reference.
with sizes as (
    select artist_id, count(*) as genre_count
    from {{ ref('artist_genres') }}
    group by artist_id
),

counted as (
    select
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        count(*) as shared
    from {{ ref('artist_genres') }} as mine
    inner join {{ ref('artist_genres') }} as theirs
        on mine.genre = theirs.genre and mine.artist_id <> theirs.artist_id
    group by mine.artist_id, theirs.artist_id
),

ranked as (
    select
        counted.artist_id,
        counted.neighbour_artist_id,
        row_number() over (
            partition by counted.artist_id
            order by
                cast(counted.shared as double) / (mine.genre_count + theirs.genre_count - counted.shared) desc,
                counted.neighbour_artist_id
        ) as rank
    from counted
    inner join sizes as mine
        on counted.artist_id = mine.artist_id
    inner join sizes as theirs
        on counted.neighbour_artist_id = theirs.artist_id
)

select * from ranked
where rank <= 20
