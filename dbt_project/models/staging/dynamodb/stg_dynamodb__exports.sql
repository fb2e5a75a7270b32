with newest as (
    {{ newest_rows('raw_dynamodb', 'exports', ['export_arn']) }}
),

ranked as (
    select
        *,
        row_number() over (partition by kind order by to_micros desc, export_arn desc) as recency,
        max(case when kind = 'full' then to_micros else -1 end) over () as newest_full_micros,
        max({{ utc_timestamp('to_time') }}) over () as loaded_until
    from newest
),

renamed as (
    select
        export_arn,
        kind,
        table_name,
        {{ utc_timestamp('from_time') }} as from_time,
        {{ utc_timestamp('to_time') }} as to_time,
        to_micros,
        item_count,
        files,
        kind = 'full' and recency = 1 as is_newest_full,
        newest_full_micros,
        loaded_until
    from ranked
)

select * from renamed
