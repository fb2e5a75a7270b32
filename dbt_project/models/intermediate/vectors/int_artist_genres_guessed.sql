{{ config(materialized='ephemeral') }}
-- What genres an artist of whom none are known is likely to have: those of the artists it worked with, who count three times, and of the
-- 50 who sound nearest, who count the less the further apart the two are in era, followers and popularity (half where one is not known).
-- What an artist counts is shared out among its genres.
with voters as (
    select number, neighbour_number, true as is_collaborator from {{ ref('int_artist_collaborations') }}
    union all
    select number, neighbour_number, false as is_collaborator from {{ ref('int_artist_audio_pairs') }}
),

weighed as (
    select
        voters.number,
        voters.neighbour_number,
        case
            when voters.is_collaborator then 3.0
            else
                coalesce({{ closeness('mean_year', 20.0) }}, 0.5)
                * coalesce({{ closeness('audience', 2.5) }}, 0.5)
                * coalesce({{ closeness('popularity', 50.0) }}, 0.5)
        end as votes
    from voters
    inner join {{ ref('int_artists_described') }} as mine
        on voters.number = mine.number
    inner join {{ ref('int_artists_described') }} as theirs
        on voters.neighbour_number = theirs.number
    left join (select distinct number from {{ ref('int_artist_genres_weighted') }}) as known
        on voters.number = known.number
    where known.number is null
),

final as (
    select
        weighed.number,
        genres.genre,
        {{ exact_small_sum('weighed.votes * genres.weight / genres.genre_count') }} as weight
    from weighed
    inner join {{ ref('int_artist_genres_weighted') }} as genres
        on weighed.neighbour_number = genres.number
    group by weighed.number, genres.genre
)

select * from final
where weight > 0
