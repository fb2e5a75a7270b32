-- Genres of each artist with their weight, and how telling each genre is (information).
select
    artists.number,
    genres.genre,
    genres.weight,
    known.weight as information,
    known.artist_count,
    count(*) over (partition by artists.number) as genre_count,
    array_agg(genres.genre) over (partition by artists.number) as all_genres
from {{ ref('artist_genres') }} as genres
inner join {{ ref('dim_genres') }} as known
    on genres.genre = known.genre
inner join {{ ref('int_artists_described') }} as artists
    on genres.artist_id = artists.artist_id
