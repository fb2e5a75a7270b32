{# The audio values that distances are made of. #}
{% macro audio_features() -%}
    {{ return([
        'danceability', 'energy', 'loudness', 'speechiness', 'acousticness', 'instrumentalness', 'liveness', 'valence', 'tempo'
    ]) }}
{%- endmacro %}

{# Those of them that are near 0 for most songs, so that a few songs lie far out. Songs are compared by the square roots of these
   (column `<feature>` of int_tracks_standardised); artists by the values themselves, which average out (`<feature>_plain`). #}
{% macro rooted_features() -%}
    {{ return(['speechiness', 'acousticness', 'instrumentalness', 'liveness']) }}
{%- endmacro %}

{# What tracks are measured in: every audio value as given, and the roots of those that are compared by them. #}
{% macro measured_features() -%}
    {% set measured = [] %}
    {% for feature in audio_features() %}
        {% do measured.append(feature) %}
        {% if feature in rooted_features() %} {% do measured.append(feature ~ '_root') %} {% endif %}
    {% endfor %}
    {{ return(measured) }}
{%- endmacro %}

{# The column of int_tracks_standardised that artists are compared by. #}
{% macro plain(feature) -%}
    {{ return(feature ~ '_plain' if feature in rooted_features() else feature) }}
{%- endmacro %}

{# Squared Euclidean distance of two rows of standardised columns. A value that is missing on either side counts as a
   difference of one standard deviation: neither near nor far. #}
{% macro squared_distance(left, right, columns) -%}
    {%- for column in columns %}
    {{ '+ ' if not loop.first }}coalesce(({{ left }}.{{ column }} - {{ right }}.{{ column }}) * ({{ left }}.{{ column }} - {{ right }}.{{ column }}), 1.0)
    {%- endfor %}
{%- endmacro %}

{# A distance and a row number in one whole number: ordered by distance (to 1e-8), then by number. `min(packed, k)` is then the
   top k with ties settled, an aggregate that DuckDB and Trino share. Numbers below 2^23 (8,388,608), distances cut at 9,000.
   Literals with an exponent are doubles; decimal ones would make arithmetic on `real` slow. #}
{% macro packed_distance(distance, number) -%}
    cast(round(least(cast({{ distance }} as double), 9e3) * 1e8) as bigint) * 8388608 + {{ number }}
{%- endmacro %}

{# The row number in a packed distance. #}
{% macro unpacked_number(packed) -%}
    ({{ packed }} % 8388608)
{%- endmacro %}

{# The distance in a packed distance, to 1e-8. #}
{% macro unpacked_distance(packed) -%}
    cast({{ packed }} - {{ packed }} % 8388608 as double) / 8388608 / 1e8
{%- endmacro %}

{# The same for a score from 0 to 1, the highest first, to nine decimals. #}
{% macro packed_score(score, number) -%}
    cast(round((1.0 - {{ score }}) * 1000000000.0) as bigint) * 8388608 + {{ number }}
{%- endmacro %}

{% macro unpacked_score(packed) -%}
    round(1.0 - cast({{ packed }} - {{ packed }} % 8388608 as double) / 8388608 / 1000000000.0, 9)
{%- endmacro %}

{# The audio columns of an artist: each value's mean and spread. #}
{% macro audio_columns() -%}
    {% set columns = [] %}
    {% for feature in audio_features() %}
        {% do columns.extend([feature, feature ~ '_spread']) %}
    {% endfor %}
    {{ return(columns) }}
{%- endmacro %}
