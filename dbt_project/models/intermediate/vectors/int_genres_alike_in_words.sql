{{ config(materialized='ephemeral') }}
-- Genres whose names share words, weighted by how telling the words are: half the cosine, since words mislead more than artists.
with final as (
    select
        mine.genre,
        theirs.genre as related_genre,
        0.5 * {{ exact_sum('mine.weight * theirs.weight') }} / max(mine.length * theirs.length) as similarity
    from {{ ref('int_genre_words') }} as mine
    inner join {{ ref('int_genre_words') }} as theirs
        on mine.word = theirs.word and mine.genre <> theirs.genre
    group by mine.genre, theirs.genre
)

select * from final
