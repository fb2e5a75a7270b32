-- Genre diversity of one artist's neighbours: the mean over all pairs of them of 1 - shared genres / sqrt(genres of one * genres of the
-- other), 0 where all have the same genres, 1 where no two share one. Neighbours without genres do not count; it takes two that do.
-- With 1 / sqrt(genres) as the weight of each genre of a neighbour, the squared sums per genre add up to all these cosines at once.
with weighted as (
    select
        artist_id,
        genre,
        1 / sqrt(count(*) over (partition by artist_id)) as weight
    from {{ ref('artist_genres') }}
),

per_genre as (
    select
        neighbours.artist_id,
        neighbours.method,
        {{ exact_sum('weighted.weight') }} as weight,
        {{ exact_sum('weighted.weight * weighted.weight') }} as own
    from {{ ref('int_quality_neighbours') }} as neighbours
    inner join weighted
        on neighbours.neighbour_artist_id = weighted.artist_id
    group by neighbours.artist_id, neighbours.method, weighted.genre
),

per_list as (
    select
        artist_id,
        method,
        {{ exact_sum('weight * weight') }} as cosines,
        round({{ exact_sum('own') }}) as neighbour_count
    from per_genre
    group by artist_id, method
),

final as (
    select
        artist_id,
        method,
        round(1 - (cosines - neighbour_count) / (neighbour_count * (neighbour_count - 1)), 9) as diversity
    from per_list
    where neighbour_count > 1
)

select * from final
