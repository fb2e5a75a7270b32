with known as (
    {{ current_items('choices') }}
),

renamed as (
    select
        person,
        search_key,
        subject,
        {{ utc_timestamp('chosen_at') }} as chosen_at
    from known
)

select * from renamed
