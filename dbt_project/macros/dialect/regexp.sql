{# Every match of a pattern replaced. #}
{% macro regexp_replace_all(text, pattern, replacement="''") -%}
    {{ return(adapter.dispatch('regexp_replace_all')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', {{ replacement }})
{%- endmacro %}

{% macro duckdb__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', {{ replacement }}, 'g')
{%- endmacro %}

{# Whether a pattern occurs anywhere in a text. #}
{% macro regexp_found(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_found')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_found(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro duckdb__regexp_found(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}
