{{ config(materialized='ephemeral') }}
-- Genres that the main artists of neighbouring tracks share, the most telling first (at most 5), as items of a JSON list.
with artist_pairs as (
    select distinct
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id
    from {{ ref('int_track_neighbours') }} as neighbours
    inner join {{ ref('int_tracks_standardised') }} as mine
        on neighbours.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on neighbours.neighbour_number = theirs.number
    where mine.artist_id <> theirs.artist_id
),

shared as (
    select
        artist_pairs.artist_id,
        artist_pairs.neighbour_artist_id,
        genres.genre,
        row_number() over (
            partition by artist_pairs.artist_id, artist_pairs.neighbour_artist_id
            order by genres.weight desc, genres.genre
        ) as place
    from artist_pairs
    inner join {{ ref('artist_genres') }} as mine
        on artist_pairs.artist_id = mine.artist_id
    inner join {{ ref('artist_genres') }} as theirs
        on artist_pairs.neighbour_artist_id = theirs.artist_id and mine.genre = theirs.genre
    inner join {{ ref('dim_genres') }} as genres
        on mine.genre = genres.genre
),

final as (
    select
        artist_id,
        neighbour_artist_id,
        {{ json_list('genre', 'place') }} as shared_genres
    from shared
    where place <= 5
    group by artist_id, neighbour_artist_id
)

select * from final
