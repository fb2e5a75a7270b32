with newest as (
    {{ newest_rows('raw_musicbrainz', 'genres', ['provider', 'artist_id', 'genre'], ['votes desc']) }}
),

renamed as (
    select
        artist_id,
        lower(trim(genre)) as genre,
        mbid,
        coalesce(votes, 1) as votes,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where artist_id is not null and genre is not null
)

select * from renamed
