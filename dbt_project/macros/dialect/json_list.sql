{# Aggregate: texts -> the JSON text of a list, in the given order. #}
{% macro json_list(expression, order_by) -%}
    {{ return(adapter.dispatch('json_list')(expression, order_by)) }}
{%- endmacro %}

{% macro default__json_list(expression, order_by) -%}
    json_format(cast(array_agg({{ expression }} order by {{ order_by }}) as json))
{%- endmacro %}

{% macro duckdb__json_list(expression, order_by) -%}
    cast(to_json(list({{ expression }} order by {{ order_by }})) as varchar)
{%- endmacro %}
