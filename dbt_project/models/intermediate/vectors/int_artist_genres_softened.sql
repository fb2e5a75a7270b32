-- Each artist's genres spread to related ones: the weight that arrives at a genre, over the vector's own length.
-- `weight` and `block` are those of the artist's own genres, and null where the genre is only related.
with spread as (
    select
        genres.number,
        related.related_genre as genre,
        {{ exact_sum('genres.weight * related.similarity') }} as strength
    from {{ ref('int_artist_genres_weighted') }} as genres
    inner join {{ ref('int_genres_related') }} as related
        on genres.genre = related.genre
    group by genres.number, related.related_genre
),

owned as (
    select
        spread.*,
        own.weight,
        own.block,
        spread.strength * own.weight as squared_length
    from spread
    left join {{ ref('int_artist_genres_weighted') }} as own
        on spread.number = own.number and spread.genre = own.genre
),

measured as (
    select
        owned.*,
        sqrt({{ exact_sum('squared_length', 'over (partition by number)') }}) as length
    from owned
),

final as (
    select
        number,
        genre,
        strength / length as strength,
        length,
        weight,
        block
    from measured
)

select * from final
