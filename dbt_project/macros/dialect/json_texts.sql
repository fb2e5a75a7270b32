{# JSON text of a list of texts -> an array of texts, for `cross join unnest(..) with ordinality`. Null for text that is no such list. #}
{% macro json_texts(column) -%}
    {{ return(adapter.dispatch('json_texts')(column)) }}
{%- endmacro %}

{% macro default__json_texts(column) -%}
    try(cast(json_parse({{ column }}) as array(varchar)))
{%- endmacro %}

{% macro duckdb__json_texts(column) -%}
    try_cast(try_cast({{ column }} as json) as varchar[])
{%- endmacro %}
