{# A model's schema is exactly what its folder says (`marts`, not `main_marts`). #}
{% macro default__generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{# A Glue catalogue is shared by a whole account, so there the target's schema comes first (`segue_marts`). #}
{% macro athena__generate_schema_name(custom_schema_name, node) -%}
    {{ [target.schema, custom_schema_name] | select | map('trim') | join('_') }}
{%- endmacro %}
