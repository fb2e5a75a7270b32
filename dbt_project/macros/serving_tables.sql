{# A primary key on the table just built: for readers by key, and the proof that no key is doubled or null. #}
{% macro serving_primary_key(columns) -%}
    alter table {{ this }} add primary key ({{ columns | join(', ') }})
{%- endmacro %}

