-- Coverage: the share of artists that have neighbours. Popularity bias: how many points more popular the neighbours are, on
-- average, than the artists they are given for; 0 is neutral.
with artists as (
    select count(*) as artist_count from {{ ref('dim_artists') }}
),

final as (
    select
        neighbours.method,
        cast(count(distinct neighbours.artist_id) as double) / max(artists.artist_count) as coverage,
        avg(cast(theirs.popularity - mine.popularity as double)) as popularity_bias
    from {{ ref('int_quality_neighbours') }} as neighbours
    inner join {{ ref('dim_artists') }} as mine
        on neighbours.artist_id = mine.artist_id
    inner join {{ ref('dim_artists') }} as theirs
        on neighbours.neighbour_artist_id = theirs.artist_id
    cross join artists
    group by neighbours.method
)

select * from final
