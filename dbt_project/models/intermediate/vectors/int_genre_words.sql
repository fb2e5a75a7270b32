-- The words of each genre's name, weighted by how telling they are: few genres have a telling word.
-- `length` is that of the genre's whole vector of words.
with words as (
    select distinct
        genres.genre,
        word.word
    from {{ ref('dim_genres') }} as genres
    cross join unnest(split(replace(genres.genre, '-', ' '), ' ')) as word (word)
    where word.word <> ''
),

sizes as (
    select count(*) as genre_count from {{ ref('dim_genres') }}
),

weighted as (
    select
        words.genre,
        words.word,
        ln(1.0 + cast(sizes.genre_count as double) / count(*) over (partition by words.word)) as weight
    from words
    cross join sizes
),

final as (
    select
        genre,
        word,
        weight,
        sqrt({{ exact_sum('weight * weight', 'over (partition by genre)') }}) as length
    from weighted
)

select * from final
