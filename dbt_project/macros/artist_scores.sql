{# The signals of the blend: columns of int_artist_pairs, each more for closer artists. Their weights are in seed blend_weights. #}
{% macro blend_signals() -%}
    {{ return(['shared_weight', 'relatedness', 'collaboration', 'audience', 'popularity', 'era', 'sound']) }}
{%- endmacro %}

{# How close `mine` and `theirs` are in a number: 1 for the same, 0 from `limit` apart on; null when one is unknown. #}
{% macro closeness(column, limit) -%}
    1.0 - {{ at_most('abs(mine.' ~ column ~ ' - theirs.' ~ column ~ ')', limit) }} / {{ limit }}
{%- endmacro %}

{# Score by genre alone, 0 to 1: shared genres first, related genres for half as much. #}
{% macro genre_score() -%}
    round((pairs.overlap + 0.5 * pairs.relatedness) / 1.5, 9)
{%- endmacro %}

{# Score by everything known, 0 to 1: a logistic regression on the signals, each in standard deviations from its mean over the
   artist's own candidates (`scales`). What is not known, or alike for all of them, counts for nothing. #}
{% macro blend_score() -%}
    1.0 / (1.0 + exp(-round(
        weights.intercept
        {%- for signal in blend_signals() %}
        + weights.{{ signal }} * case
            when scales.{{ signal }}_variance > 0.000001
                then coalesce((pairs.{{ signal }} - scales.{{ signal }}_mean) / sqrt(scales.{{ signal }}_variance), 0.0)
            else 0.0
        end
        {%- endfor %}, 9
    )))
{%- endmacro %}
