{# The audio values of one track as a provider gave them: null where no value can be (of loudness, a little above 0 counts as 0). #}
{% macro audio_values() -%}
        {{ unit_interval('danceability') }} as danceability,
        {{ unit_interval('energy') }} as energy,
        case when key between 0 and 11 then key end as key,
        case when loudness > 0 and loudness < 100 then 0.0 when loudness between -200 and 0 then loudness end as loudness,
        mode,
        {{ unit_interval('speechiness') }} as speechiness,
        {{ unit_interval('acousticness') }} as acousticness,
        {{ unit_interval('instrumentalness') }} as instrumentalness,
        {{ unit_interval('liveness') }} as liveness,
        {{ unit_interval('valence') }} as valence,
        case when tempo > 0 and tempo < 1000 then tempo end as tempo
{%- endmacro %}
