-- What the genres of each artist come to: the sum of their weights, and the length of their vector when spread to related ones.
with final as (
    select
        number,
        {{ exact_sum('weight') }} as weight,
        max(length) as length
    from {{ ref('int_artist_genres_softened') }}
    group by number
)

select * from final
