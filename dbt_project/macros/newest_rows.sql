{# Every row of one raw table that a completed load brought.
   Rows of a load appear before it is complete; a load is complete once `_dlt_loads` says status 0. #}
{% macro completed_rows(source_name, table_name) -%}
    select *
    from {{ source(source_name, table_name) }}
    where _dlt_load_id in (select load_id from {{ source(source_name, '_dlt_loads') }} where status = 0)
{%- endmacro %}

{# The newest of these per key. `tie_break` settles rows of one key that one load brought at one moment. #}
{% macro newest_rows(source_name, table_name, keys, tie_break=[]) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }}
                order by
                    {{ utc_timestamp('retrieved_at') }} desc nulls last,
                    _dlt_load_id desc{% for column in tie_break %},
                    {{ column }} nulls last{% endfor %},
                    _dlt_id asc
            ) as row_recency
        from ({{ completed_rows(source_name, table_name) }}) as completed
    ) as ranked_rows
    where row_recency = 1
{%- endmacro %}
