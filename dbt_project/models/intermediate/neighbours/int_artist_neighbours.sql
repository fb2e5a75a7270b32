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

nearest as (
    select
        number,
        min({{ packed_score('genre', 'neighbour_number') }}, 20) as genre,
        min({{ packed_score('audio', 'neighbour_number') }}, 20) as audio,
        min({{ packed_score('blend', 'neighbour_number') }}, 20) as blend
    from scored
    group by number
),

final as (
    {% for method in ['genre', 'audio', 'blend'] -%}
    {{ 'union all' if not loop.first }}
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        '{{ method }}' as method,
        {{ unpacked_score('pair.packed') }} as score,
        pair.rank
    from nearest
    cross join unnest(nearest.{{ method }}) with ordinality as pair (packed, rank)
    {% endfor %}
)

select * from final
