{# A moment, with or without a zone, as a UTC timestamp without zone, whatever the session's zone is; to the millisecond, since a
   Hive table has no finer one. #}
{% macro utc_timestamp(column) -%}
    {{ return(adapter.dispatch('utc_timestamp')(column)) }}
{%- endmacro %}

{% macro default__utc_timestamp(column) -%}
    cast({{ column }} as timestamp)
{%- endmacro %}

{% macro duckdb__utc_timestamp(column) -%}
    make_timestamp(1000 * cast(round(epoch_us({{ column }}) / 1000.0) as bigint))
{%- endmacro %}

{% macro athena__utc_timestamp(column) -%}
    cast({{ column }} at time zone 'UTC' as timestamp)
{%- endmacro %}
