{# Every row is the only one with its key, has a value in the key's columns and in those of `never_null`, and fits every
   expression of `always_true`, of which unknown is as wrong as false. One query for all of it: Athena starts and bills
   each query by itself. #}
{% test every_row(model, unique_by=[], never_null=[], always_true=[]) %}
{%- set faults = [] %}
{%- for column in unique_by + never_null %}
    {%- do faults.append(column ~ ' is null') %}
{%- endfor %}
{%- for expression in always_true %}
    {%- do faults.append('not coalesce(' ~ expression ~ ', false)') %}
{%- endfor %}
{%- if unique_by %}
    {%- do faults.append('rows_of_key > 1') %}
{%- endif %}
{%- set counted = ', count(*) over (partition by ' ~ (unique_by | join(', ')) ~ ') as rows_of_key' if unique_by else '' %}
select {{ (unique_by + never_null) | join(', ') or '*' }}
from (select *{{ counted }} from {{ model }}) as counted
where {{ faults | join('\n    or ') }}
{% endtest %}
