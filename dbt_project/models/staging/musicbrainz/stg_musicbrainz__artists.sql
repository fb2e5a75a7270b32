with newest as (
    {{ newest_rows('raw_musicbrainz', 'artists', ['provider', 'artist_id'], ['mbid asc']) }}
),

renamed as (
    select
        artist_id,
        mbid,
        name,
        sort_name,
        artist_type,
        country,
        disambiguation,
        begin_date,
        end_date,
        is_ended,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where artist_id is not null
)

select * from renamed
