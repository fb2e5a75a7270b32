{# The sum of numbers that have at most nine decimals, added up as whole numbers: the same in whatever order an engine adds. #}
{% macro exact_sum(column) -%}
    cast(sum(cast(round({{ column }} * 1000000000.0) as bigint)) as double) / 1000000000.0
{%- endmacro %}
