-- How much more often than by chance the artists of a genre have another genre too: positive pointwise mutual information, from
-- pairs of genres of one artist. A genre counts for itself like the most telling other one.
with together as (
    select
        mine.genre,
        theirs.genre as other_genre,
        mine.genre <> theirs.genre as is_other,
        cast(count(*) as double) as artist_count
    from {{ ref('artist_genres') }} as mine
    inner join {{ ref('artist_genres') }} as theirs
        on mine.artist_id = theirs.artist_id
    group by mine.genre, theirs.genre
),

counted as (
    select
        genre,
        other_genre,
        is_other,
        artist_count,
        sum(case when is_other then artist_count end) over (partition by genre) as genre_total,
        sum(case when is_other then artist_count end) over (partition by other_genre) as other_total,
        sum(case when is_other then artist_count end) over () as total
    from together
),

compared as (
    select
        genre,
        other_genre,
        is_other,
        case when is_other then round(ln(artist_count * total / (genre_total * other_total)), 9) end as information
    from counted
),

informed as (
    select
        genre,
        other_genre,
        case when is_other then information else max(information) over () end as information
    from compared
),

final as (
    select
        genre,
        other_genre,
        information,
        sqrt({{ exact_sum('information * information', 'over (partition by genre)') }}) as length
    from informed
    where information > 0
)

select * from final
