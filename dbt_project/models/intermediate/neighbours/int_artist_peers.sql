{{ config(materialized='ephemeral') }}
-- Artists with audiences of like size, for whoever has genres or sound and yet too few candidates: the 20 next above and below. Few
-- artists need them, such as one with a genre that nobody else has and no song with audio values.
with candidates as (
    select number, 'genre' as source from {{ ref('int_artist_genre_pairs') }}
    union all
    select number, 'sound' as source from {{ ref('int_artist_audio_pairs') }}
    union all
    select number, 'collaboration' as source from {{ ref('int_artist_collaborations') }}
    union all
    select number, 'acquaintance' as source from {{ ref('int_artist_acquaintances') }}
),

counted as (
    select
        number,
        source,
        count(*) as candidate_count
    from candidates
    group by number, source
),

supplied as (
    select number
    from counted
    group by number
    having max(candidate_count) >= 20
),

ordered as (
    select
        artists.number,
        array_agg(artists.number) over (
            order by artists.audience nulls last, artists.popularity nulls last, artists.number
            rows between 20 preceding and 20 following
        ) as peers,
        supplied.number is null and (genres.number is not null or sounds.number is not null) as is_short
    from {{ ref('int_artists_described') }} as artists
    left join supplied
        on artists.number = supplied.number
    left join (select distinct number from {{ ref('int_artist_genres_weighted') }}) as genres
        on artists.number = genres.number
    left join {{ ref('int_artists_standardised') }} as sounds
        on artists.number = sounds.number
),

final as (
    select
        ordered.number,
        peer.number as neighbour_number
    from ordered
    cross join unnest(ordered.peers) as peer (number)
    where ordered.is_short and ordered.number <> peer.number
)

select * from final
