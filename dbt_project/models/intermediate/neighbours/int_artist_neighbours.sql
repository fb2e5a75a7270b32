-- The 20 nearest artists of each by each method: a row for each pair, with its rank and score by the methods that found it. Scores are
-- rounded and ties go to the smaller id, so that every engine agrees.
with weights as (
    select
        {%- for signal in blend_signals() %}
        max(case when signal = '{{ signal }}' then weight end) as {{ signal }},
        {%- endfor %}
        max(case when signal = 'intercept' then weight end) as intercept
    from {{ ref('blend_weights') }}
),

means as (
    select
        {%- for signal in blend_signals() %}
        {{ exact_mean(signal) }} as {{ signal }}_mean,
        {{ exact_mean(signal ~ ' * ' ~ signal) }} as {{ signal }}_square,
        {%- endfor %}
        number
    from {{ ref('int_artist_pairs') }}
    group by number
),

scales as (
    select
        {%- for signal in blend_signals() %}
        {{ signal }}_mean,
        {{ signal }}_square - {{ signal }}_mean * {{ signal }}_mean as {{ signal }}_variance,
        {%- endfor %}
        number
    from means
),

scored as (
    select
        pairs.number,
        pairs.neighbour_number,
        case when pairs.overlap + pairs.relatedness > 0 then {{ genre_score() }} end as genre,
        case when pairs.is_near_in_sound then round(pairs.sound, 9) end as audio,
        round({{ blend_score() }}, 9) as blend
    from {{ ref('int_artist_pairs') }} as pairs
    inner join scales
        on pairs.number = scales.number
    cross join weights
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

listed as (
    select
        nearest.number,
        {{ unpacked_number('pair.packed') }} as neighbour_number,
        list.place,
        {{ unpacked_score('pair.packed') }} as score,
        pair.rank
    from nearest
    cross join unnest(nearest.packed) with ordinality as list (packed, place)
    cross join unnest(list.packed) with ordinality as pair (packed, rank)
),

final as (
    select
        {%- for method in ['genre', 'audio', 'blend'] %}
        max(case when place = {{ loop.index }} then rank end) as {{ method }}_rank,
        max(case when place = {{ loop.index }} then score end) as {{ method }}_score,
        {%- endfor %}
        number,
        neighbour_number
    from listed
    group by number, neighbour_number
)

select * from final
