-- Of the artists met through genres, the 400 best of each.
with placed as (
    select
        number,
        neighbour_number,
        shared_weight,
        overlap,
        relatedness,
        row_number() over (partition by number order by overlap + 0.5 * relatedness desc, neighbour_number) as place
    from {{ ref('int_artist_genres_met') }}
),

final as (
    select
        number,
        neighbour_number,
        shared_weight,
        overlap,
        relatedness
    from placed
    where place <= 400
)

select * from final
