{# The run that this build belongs to: SEGUE_RUN_ID, or dbt's own id where nothing else started it. #}
{% macro run_id() -%}
    {{ return(env_var('SEGUE_RUN_ID', '') or invocation_id) }}
{%- endmacro %}
