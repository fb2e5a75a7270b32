{# The sum of numbers to nine decimals, added up as whole numbers: the same in whatever order an engine adds, which for doubles it is
   not. Up to 9.2e9 in all, the largest that a bigint holds. `over`, such as 'over (partition by artist_id)', makes it a window's. #}
{% macro exact_sum(column, over='') -%}
    cast(sum(cast(round(({{ column }}) * 1000000000.0) as bigint)) {{- ' ' ~ over if over }} as double) / 1000000000.0
{%- endmacro %}

{# The same for sums that stay below nine million, such as those over the genres of two artists: whole numbers held as doubles, which
   take half the memory of a bigint's sum in DuckDB. 1e9 is a double to both engines. #}
{% macro exact_small_sum(column) -%}
    sum(round(({{ column }}) * 1e9)) / 1e9
{%- endmacro %}

{# The mean of numbers to nine decimals, of whom none is counted where the value is null; null where there is none. #}
{% macro exact_mean(column, over='') -%}
    {{ exact_sum(column, over) }} / count({{ column }}) {{- ' ' ~ over if over }}
{%- endmacro %}
