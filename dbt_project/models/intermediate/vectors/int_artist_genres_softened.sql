-- Each artist's genres spread to related ones: the weight that arrives at a genre, over the vector's own length. Kept are the artist's
-- own genres and the strongest, 32 in all. `weight` is that of an own genre, and null where the genre is only related.
-- `is_sought`: where the artist looks for others, which are the strongest genres that have 2,000 artists together, 20 at most. A genre
-- of more than 400 artists is cut into blocks of about 130 with audiences of like size, and three of them are looked at: so no genre
-- brings more candidates the larger it grows.
with spread as (
    select
        genres.number,
        related.related_genre as genre,
        {{ exact_small_sum('genres.weight * related.similarity') }} as strength
    from {{ ref('int_artist_genres_weighted') }} as genres
    inner join {{ ref('int_genres_related') }} as related
        on genres.genre = related.genre
    group by genres.number, related.related_genre
),

owned as (
    select
        spread.*,
        own.weight,
        spread.strength * own.weight as squared_length
    from spread
    left join {{ ref('int_artist_genres_weighted') }} as own
        on spread.number = own.number and spread.genre = own.genre
),

measured as (
    select
        owned.*,
        artists.audience_place,
        known.artist_count,
        sqrt({{ exact_sum('owned.squared_length', 'over (partition by owned.number)') }}) as length,
        {{ exact_sum('owned.weight', 'over (partition by owned.number)') }} as total_weight,
        row_number() over (partition by owned.number order by owned.strength desc, owned.genre) as place,
        sum(least(known.artist_count, 400)) over (partition by owned.number order by owned.strength desc, owned.genre) as reach
    from owned
    inner join {{ ref('int_artists_described') }} as artists
        on owned.number = artists.number
    inner join {{ ref('dim_genres') }} as known
        on owned.genre = known.genre
),

final as (
    select
        number,
        genre,
        strength / length as strength,
        length,
        weight,
        total_weight,
        place = 1 or (place <= 20 and reach <= 2000) as is_sought,
        case when artist_count > 400 then cast(floor(audience_place * ceil(cast(artist_count as double) / 130.0)) as bigint) end as block
    from measured
    where place <= 32 or weight is not null
)

select * from final
