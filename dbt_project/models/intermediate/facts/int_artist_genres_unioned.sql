-- Genres of artists as each used provider gives them. In a list each counts in full; votes count by their share of the largest.
with listed as (
    select
        artists.artist_id,
        lower(trim(listed.genre)) as genre,
        1.0 as weight,
        min(listed.position) as position,
        artists.provider
    from {{ ref('int_artists_unioned') }} as artists
    cross join unnest({{ json_texts('artists.genres') }}) with ordinality as listed (genre, position)
    group by artists.artist_id, lower(trim(listed.genre)), artists.provider
),

learned as (
    select learned.*
    from {{ ref('stg_dynamodb__learned_genres') }} as learned
    left join {{ ref('stg_musicbrainz__genres') }} as asked
        on learned.artist_id = asked.artist_id
    where asked.artist_id is null
),

votes as (
    select artist_id, genre, votes, provider from {{ ref('stg_musicbrainz__genres') }}
    union all
    select artist_id, genre, votes, provider from learned
),

voted as (
    select
        artist_id,
        genre,
        cast(votes as double) / max(votes) over (partition by artist_id, provider) as weight,
        row_number() over (partition by artist_id, provider order by votes desc, genre asc) as position,
        provider
    from votes
    where votes > 0
),

unioned as (
    select * from listed
    union all
    select * from voted
),

final as (
    select
        unioned.artist_id,
        unioned.genre,
        cast(unioned.weight as double) as weight,
        unioned.position,
        unioned.provider,
        signals.preference
    from unioned
    inner join {{ ref('int_provider_signals') }} as signals
        on unioned.provider = signals.provider and signals.signal = 'genres'
    where unioned.genre <> ''
)

select * from final
