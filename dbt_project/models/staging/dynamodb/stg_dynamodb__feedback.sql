with known as (
    {{ current_items('feedback') }}
),

renamed as (
    select
        person,
        subject,
        coalesce(nullif(neighbour, '-'), '') as neighbour,
        thumb,
        {{ utc_timestamp('given_at') }} as given_at,
        generation
    from known
)

select * from renamed
