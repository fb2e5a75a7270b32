-- What every method has to beat: the plain Jaccard index of the genres, ties to the smaller id; for the artists that are measured.
with shared as (
    select
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        count(*) as shared_count
    from {{ ref('int_quality_seeds') }} as seeds
    inner join {{ ref('artist_genres') }} as mine
        on seeds.artist_id = mine.artist_id
    inner join {{ ref('artist_genres') }} as theirs
        on mine.genre = theirs.genre and mine.artist_id <> theirs.artist_id
    group by mine.artist_id, theirs.artist_id
),

my_counts as (
    select artist_id, count(*) as genre_count
    from {{ ref('artist_genres') }}
    group by artist_id
),

their_counts as (
    select artist_id, count(*) as genre_count
    from {{ ref('artist_genres') }}
    group by artist_id
),

ranked as (
    select
        shared.artist_id,
        shared.neighbour_artist_id,
        row_number() over (
            partition by shared.artist_id
            order by
                cast(shared.shared_count as double) / (my_counts.genre_count + their_counts.genre_count - shared.shared_count) desc,
                shared.neighbour_artist_id
        ) as rank
    from shared
    inner join my_counts
        on shared.artist_id = my_counts.artist_id
    inner join their_counts
        on shared.neighbour_artist_id = their_counts.artist_id
)

select * from ranked
where rank <= 20
