with known as (
    {{ current_items('taps') }}
),

renamed as (
    select
        person,
        message,
        {{ utc_timestamp('tapped_at') }} as tapped_at,
        action,
        coalesce(subject, '') as subject
    from known
)

select * from renamed
