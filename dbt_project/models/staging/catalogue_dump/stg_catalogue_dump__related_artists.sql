with newest as (
    {{ newest_rows('raw_catalogue_dump', 'related_artists', ['provider', 'artist_id', 'related_artist_id'], ['rank asc']) }}
),

renamed as (
    select
        artist_id,
        related_artist_id,
        rank,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where artist_id is not null and related_artist_id is not null
)

select * from renamed
