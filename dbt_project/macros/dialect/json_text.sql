{# One text as a JSON string, quoted and escaped. #}
{% macro json_text(expression) -%}
    {{ return(adapter.dispatch('json_text')(expression)) }}
{%- endmacro %}

{% macro default__json_text(expression) -%}
    json_format(cast({{ expression }} as json))
{%- endmacro %}

{% macro duckdb__json_text(expression) -%}
    cast(to_json({{ expression }}) as varchar)
{%- endmacro %}
