-- The 20 nearest artists of each by each method. Scores are rounded and ties go to the smaller id, so that every engine agrees.
with scored as (
    select
        number,
        neighbour_number,
        case when overlap + relatedness > 0 then {{ genre_score() }} end as genre,
        case when is_near_in_sound then round(sound, 9) end as audio,
        {{ blend_score() }} as blend
    from {{ ref('int_artist_pairs') }}
),

-- the three lists in one row: an engine that runs a CTE anew for each reference reads the pairs once
nearest as (
    select
        number,
        array[
            min({{ packed_score('genre', 'neighbour_number') }}, 20),
            min({{ packed_score('audio', 'neighbour_number') }}, 20),
            min({{ packed_score('blend', 'neighbour_number') }}, 20)
        ] as packed
    from scored
    group by number
),

final as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        case list.place when 1 then 'genre' when 2 then 'audio' else 'blend' end as method,
        {{ unpacked_score('pair.packed') }} as score,
        pair.rank
    from nearest
    cross join unnest(nearest.packed) with ordinality as list (packed, place)
    cross join unnest(list.packed) with ordinality as pair (packed, rank)
)

select * from final
