{# The smaller of a number and a limit; null stays null, where `least` of one engine is null and of another the limit. #}
{% macro at_most(expression, limit) -%}
    case when {{ expression }} < {{ limit }} then {{ expression }} when {{ expression }} >= {{ limit }} then {{ limit }} end
{%- endmacro %}
