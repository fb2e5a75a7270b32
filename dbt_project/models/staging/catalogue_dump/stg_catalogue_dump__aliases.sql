with newest as (
    {{ newest_rows('raw_catalogue_dump', 'aliases', ['provider', 'alias', 'name', 'artist_id'], ['source asc']) }}
),

renamed as (
    select
        trim(alias) as alias,
        name,
        artist_id,
        script,
        kind,
        id_source,
        is_ambiguous,
        source,
        licence,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where alias is not null
)

select * from renamed
