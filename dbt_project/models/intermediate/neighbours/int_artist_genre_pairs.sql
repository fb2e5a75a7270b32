-- Of the artists met through genres, the 400 best of each.
with ordered as (
    select
        *,
        {{ packed_distance('1.5 - overlap - 0.5 * relatedness', 'neighbour_number') }} as packed
    from {{ ref('int_artist_genres_met') }}
),

cuts as (
    select
        number,
        min(packed, 400) as nearest
    from ordered
    group by number
),

final as (
    select
        ordered.number,
        ordered.neighbour_number,
        ordered.overlap,
        ordered.relatedness
    from ordered
    inner join (select number, nearest[cast(cardinality(nearest) as bigint)] as farthest from cuts) as bounds
        on ordered.number = bounds.number and ordered.packed <= bounds.farthest
)

select * from final
