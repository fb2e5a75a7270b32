{# A primary key on the table just built: for readers by key, and the proof that no key is doubled or null. #}
{% macro serving_primary_key(columns) -%}
    alter table {{ this }} add primary key ({{ columns | join(', ') }})
{%- endmacro %}


{# Every row of the landing table arrived: one row, with both counts, where not. #}
{% test as_many_rows_as_landing(model, table) %}
select counts.*
from (
    select
        (select count(*) from {{ model }}) as built,
        (select count(*) from {{ source('landing', table) }}) as landed
) as counts
where counts.built <> counts.landed
{% endtest %}
