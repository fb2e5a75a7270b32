-- Each artist's genres spread to related ones: the information that arrives at a genre, and the vector's own length.
with spread as (
    select
        genres.number,
        related.related_genre as genre,
        sum(genres.information * related.similarity) as information
    from {{ ref('int_artist_genres_weighted') }} as genres
    inner join {{ ref('int_genres_related') }} as related
        on genres.genre = related.genre
    group by genres.number, related.related_genre
),

lengths as (
    select
        spread.number,
        sqrt(sum(spread.information * genres.information)) as length
    from spread
    inner join {{ ref('int_artist_genres_weighted') }} as genres
        on spread.number = genres.number and spread.genre = genres.genre
    group by spread.number
),

final as (
    select
        spread.number,
        spread.genre,
        spread.information / lengths.length as information,
        lengths.length
    from spread
    inner join lengths
        on spread.number = lengths.number
)

select * from final
