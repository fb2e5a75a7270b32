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
        {%- for method in ['genre', 'audio', 'blend'] %}
        min({{ packed_score(method, 'neighbour_number') }}, 20) as {{ method }}{{ ',' if not loop.last }}
        {%- endfor %}
    from scored
    group by number
),

final as (
    {%- for method in ['genre', 'audio', 'blend'] %}
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        '{{ method }}' as method,
        {{ unpacked_score('pair.packed') }} as score,
        pair.rank
    from nearest
    cross join unnest(nearest.{{ method }}) with ordinality as pair (packed, rank)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
