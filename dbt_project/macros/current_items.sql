{# The items of one raw table as they are now: of all states of an item the one written last, unless it was deleted then. A full export
   tells of every item, so only the newest one counts, with the changes after it. #}
{% macro current_items(table_name) -%}
    select *
    from (
        select
            items.*,
            row_number() over (
                partition by items.pk, items.sk
                order by items.written_at_micros desc, exports.to_micros desc, items._dlt_load_id desc, items._dlt_id asc
            ) as state_recency
        from ({{ completed_rows('raw_dynamodb', table_name) }}) as items
        inner join {{ ref('stg_dynamodb__exports') }} as exports
            on items.export_arn = exports.export_arn
        where exports.is_newest_full or items.written_at_micros > exports.newest_full_micros
    ) as states
    where state_recency = 1 and not is_deleted
{%- endmacro %}

{# The same, and what only expired: an event that DynamoDB no longer keeps has happened all the same. #}
{% macro current_and_expired_items(table_name) -%}
    select states.*
    from (
        select
            items.*,
            exports.loaded_until,
            row_number() over (
                partition by items.pk, items.sk
                order by items.written_at_micros desc, exports.to_micros desc, items._dlt_load_id desc, items._dlt_id asc
            ) as last_seen
        from ({{ completed_rows('raw_dynamodb', table_name) }}) as items
        inner join {{ ref('stg_dynamodb__exports') }} as exports
            on items.export_arn = exports.export_arn
        where not items.is_deleted
    ) as states
    left join ({{ current_items(table_name) }}) as current_states
        on states.pk = current_states.pk and states.sk = current_states.sk
    where
        states.last_seen = 1
        and (current_states.pk is not null or {{ utc_timestamp('states.expires_at') }} <= states.loaded_until)
{%- endmacro %}
