{# The table that the build before left of this model, or nothing: at the first build, with `--full-refresh`, where an older version
   of the model lacks one of `columns`, and where it is of later than now by this machine's clock, so that what is new would not
   look new. `columns` names the one that holds times. A model may read it where tables are built aside and swapped in: on DuckDB, and
   on Athena with `ha`. #}
{% macro previous_build(columns) -%}
    {%- set previous = load_cached_relation(this) if execute and not flags.FULL_REFRESH else none -%}
    {%- if previous -%}
        {%- set there = adapter.get_columns_in_relation(previous) | map(attribute='name') | map('lower') | list -%}
        {%- if columns | reject('in', there) | list -%} {{ return(none) }} {%- endif -%}
        {%- set times = 'changed_at' if 'changed_at' in columns else 'fitted_at' -%}
        {%- set newest = run_query('select max(' ~ times ~ ') from ' ~ previous).columns[0].values()[0] -%}
        {%- if newest is not none and newest | int >= milliseconds_of_build() -%} {{ return(none) }} {%- endif -%}
    {%- endif -%}
    {{ return(previous) }}
{%- endmacro %}

{# When this build began, in milliseconds: what is stored as `changed_at` and `fitted_at`. #}
{% macro build_time() -%}
    cast({{ milliseconds_of_build() }} as bigint)
{%- endmacro %}

{% macro milliseconds_of_build() -%}
    {{ return((run_started_at.timestamp() * 1000) | int) }}
{%- endmacro %}
