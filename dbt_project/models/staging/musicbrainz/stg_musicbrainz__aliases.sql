with newest as (
    {{ newest_rows('raw_musicbrainz', 'aliases', ['provider', 'artist_id', 'alias'], ['is_primary desc']) }}
),

renamed as (
    select
        artist_id,
        trim(alias) as alias,
        mbid,
        locale,
        alias_type,
        is_primary,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where alias is not null
)

select * from renamed
