{# How close two artists are in time: 1 for the same mean year of release, 0 from 20 years on; null when a year is unknown. #}
{% macro era_closeness(mine, theirs) -%}
    1.0 - {{ at_most('abs(' ~ mine ~ '.mean_year - ' ~ theirs ~ '.mean_year)', 20.0) }} / 20.0
{%- endmacro %}

{# How alike two artists' audiences are in size: 0 from two and a half powers of ten of followers on; where followers are not
   known of both, from 50 points of popularity on; null when neither is known. #}
{% macro audience_closeness(mine, theirs) -%}
    coalesce(
        1.0 - {{ at_most('abs(' ~ mine ~ '.audience - ' ~ theirs ~ '.audience)', 2.5) }} / 2.5,
        1.0 - {{ at_most('abs(' ~ mine ~ '.popularity - ' ~ theirs ~ '.popularity)', 50.0) }} / 50.0
    )
{%- endmacro %}

{# The weights of the blend: genres count 1, related ones half; era, audience and collaboration alike; sound settles what is left. Round
   numbers, since finer ones tried on the development reference differed by less than its noise: see artist_similarity's description. #}
{% macro blend_weights() -%}
    {{ return({'overlap': 1.0, 'relatedness': 0.5, 'audience': 0.3, 'era': 0.3, 'collaboration': 0.3, 'sound': 0.1}) }}
{%- endmacro %}

{# Score by genre alone, 0 to 1: shared genres first, related genres for half as much. #}
{% macro genre_score() -%}
    round((overlap + 0.5 * relatedness) / 1.5, 9)
{%- endmacro %}

{# Score by everything known, 0 to 1. An unknown era or audience counts as middling; no sound counts for nothing. #}
{% macro blend_score() -%}
    {%- set weights = blend_weights() -%}
    round((
        {{ weights.overlap }} * overlap
        + {{ weights.relatedness }} * relatedness
        + {{ weights.audience }} * coalesce(audience, 0.5)
        + {{ weights.era }} * coalesce(era, 0.5)
        + {{ weights.collaboration }} * case when shared_tracks > 0 then 1.0 else 0.0 end
        + {{ weights.sound }} * coalesce(sound, 0.0)
    ) / {{ weights.values() | sum | round(6) }}, 9)
{%- endmacro %}
