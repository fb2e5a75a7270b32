{# A value that is defined from 0 to 1; anything else (also not-a-number) was not measured and becomes null. #}
{% macro unit_interval(column) -%}
    case when {{ column }} between 0 and 1 then {{ column }} end
{%- endmacro %}
