-- The rarer a genre, the more it tells: the logarithm of how many artists there are for each that has it.
with tagged as (
    select count(distinct artist_id) as artist_count from {{ ref('artist_genres') }}
),

counted as (
    select
        genre,
        count(*) as artist_count
    from {{ ref('artist_genres') }}
    group by genre
),

final as (
    select
        counted.genre,
        counted.artist_count,
        round(ln(1.0 + cast(tagged.artist_count as double) / counted.artist_count), 9) as weight
    from counted
    cross join tagged
)

select * from final
