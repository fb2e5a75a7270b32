-- What people mean by a search key; it counts for everybody from the second person on.
with known as (
    {{ current_items('aliases') }}
),

confirmed as (
    select
        known.search_key,
        known.subject,
        count(distinct confirming.person) as persons
    from known
    cross join unnest({{ json_texts('known.persons') }}) as confirming (person)
    group by known.search_key, known.subject
),

renamed as (
    select
        known.search_key,
        known.subject,
        known.alias,
        case when known.subject like 'ARTIST|%' then substr(known.subject, 8) end as artist_id,
        case when known.subject like 'TRACK|%' then substr(known.subject, 7) end as track_id,
        coalesce(confirmed.persons, 0) as persons,
        coalesce(confirmed.persons, 0) >= 2 as is_confirmed,
        {{ utc_timestamp('confirmed_at') }} as confirmed_at,
        known.provider
    from known
    left join confirmed
        on known.search_key = confirmed.search_key and known.subject = confirmed.subject
)

select * from renamed
