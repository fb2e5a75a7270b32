with known as (
    {{ current_items('learned_artists') }}
),

genres as (
    select
        known.artist_id,
        known.provider,
        known.retrieved_at,
        voted.genre,
        voted.position
    from known
    cross join unnest({{ json_texts('known.voted_genres') }}) with ordinality as voted (genre, position)
),

votes as (
    select
        known.artist_id,
        counted.votes,
        counted.position
    from known
    cross join unnest({{ json_texts('known.genre_votes') }}) with ordinality as counted (votes, position)
),

renamed as (
    select
        genres.artist_id,
        lower(trim(genres.genre)) as genre,
        max(try_cast(votes.votes as bigint)) as votes,
        case when genres.provider = 'spotify' then 'musicbrainz' else genres.provider end as provider,
        {{ utc_timestamp('max(genres.retrieved_at)') }} as retrieved_at
    from genres
    inner join votes
        on genres.artist_id = votes.artist_id and genres.position = votes.position
    group by genres.artist_id, lower(trim(genres.genre)), genres.provider
)

select * from renamed
