-- Each artist's genres spread to related ones: the weight that arrives at a genre, over the vector's own length. Kept are the artist's
-- own genres and the strongest, 32 in all. `weight` is that of an own genre, and null where the genre is only related. An artist without
-- genres looks for others with guessed ones (int_artist_genres_guessed), which are never its own: nobody finds it by them.
-- `is_sought`: where the artist looks for others, which are the strongest genres that have 2,000 artists together (guessed ones 1,000),
-- 20 at most. A genre of more than 400 artists is cut into blocks of about 130 with audiences of like size, and three of them are looked
-- at: so no genre brings more candidates the larger it grows.
with known as (
    select number, genre, weight, false as is_guessed from {{ ref('int_artist_genres_weighted') }}
    union all
    select number, genre, weight, true as is_guessed from {{ ref('int_artist_genres_guessed') }}
),

spread as (
    select
        known.number,
        known.is_guessed,
        related.related_genre as genre,
        {{ exact_small_sum('known.weight * related.similarity') }} as strength,
        max(case when known.genre = related.related_genre then known.weight end) as weight
    from known
    inner join {{ ref('int_genres_related') }} as related
        on known.genre = related.genre
    group by known.number, known.is_guessed, related.related_genre
),

owned as (
    select
        number,
        is_guessed,
        genre,
        strength,
        case when not is_guessed then weight end as weight,
        strength * weight as squared_length
    from spread
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
        place = 1 or (place <= 20 and reach <= case when is_guessed then 1000 else 2000 end) as is_sought,
        case when artist_count > 400 then cast(floor(audience_place * ceil(cast(artist_count as double) / 130.0)) as bigint) end as block
    from measured
    where place <= 32 or weight is not null
)

select * from final
