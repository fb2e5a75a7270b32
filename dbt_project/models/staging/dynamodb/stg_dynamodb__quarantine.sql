with completed as (
    {{ completed_rows('raw_dynamodb', 'quarantine') }}
),

renamed as (
    select
        export_arn,
        file,
        line,
        reason,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from completed
)

select * from renamed
