{# The table that the build before left of this model, or nothing: at the first build, with `--full-refresh`, and where an older version
   of the model lacks one of `columns`. A model may read it where tables are built aside and swapped in: on DuckDB, and on Athena
   with `ha`. #}
{% macro previous_build(columns) -%}
    {%- set previous = load_cached_relation(this) if execute and not flags.FULL_REFRESH else none -%}
    {%- if previous -%}
        {%- set there = adapter.get_columns_in_relation(previous) | map(attribute='name') | map('lower') | list -%}
        {%- if columns | reject('in', there) | list -%} {%- set previous = none -%} {%- endif -%}
    {%- endif -%}
    {{ return(previous) }}
{%- endmacro %}

{# When this build began, in milliseconds: what is stored as `changed_at` and `fitted_at`. #}
{% macro build_time() -%}
    cast({{ (run_started_at.timestamp() * 1000) | int }} as bigint)
{%- endmacro %}
