-- Genres whose names share words, weighted by how telling the words are: half the cosine, since words mislead more than artists.
with words as (
    select distinct
        genres.genre,
        word.word
    from {{ ref('dim_genres') }} as genres
    cross join unnest(split(replace(genres.genre, '-', ' '), ' ')) as word (word)
    where word.word <> ''
),

counts as (
    select
        word,
        count(*) as word_count
    from words
    group by word
),

sizes as (
    select count(*) as genre_count from {{ ref('dim_genres') }}
),

weighted as (
    select
        words.genre,
        words.word,
        ln(1.0 + cast(sizes.genre_count as double) / counts.word_count) as weight
    from words
    inner join counts
        on words.word = counts.word
    cross join sizes
),

lengths as (
    select genre, sqrt({{ exact_sum('weight * weight') }}) as length
    from weighted
    group by genre
),

final as (
    select
        mine.genre,
        theirs.genre as related_genre,
        0.5 * {{ exact_sum('mine.weight * theirs.weight') }} / max(my_length.length * their_length.length) as similarity
    from weighted as mine
    inner join weighted as theirs
        on mine.word = theirs.word and mine.genre <> theirs.genre
    inner join lengths as my_length
        on mine.genre = my_length.genre
    inner join lengths as their_length
        on theirs.genre = their_length.genre
    group by mine.genre, theirs.genre
)

select * from final
