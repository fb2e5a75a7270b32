with known as (
    {{ current_and_expired_items('requests') }}
),

renamed as (
    select
        person,
        message,
        {{ utc_timestamp('asked_at') }} as asked_at,
        locale,
        kind,
        outcome,
        outcome in ('answered', 'no_neighbours') as is_resolved,
        coalesce(search_key, '') as search_key,
        case
            when artist_id is not null then 'ARTIST|' || artist_id
            when track_id is not null then 'TRACK|' || track_id
            else ''
        end as subject,
        artist_id,
        track_id,
        text
    from known
)

select * from renamed
