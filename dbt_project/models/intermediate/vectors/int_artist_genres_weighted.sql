-- Genres of each artist with their weight, and how telling each genre is (information). Artists meet within a genre; a genre of more
-- than 4,000 artists is cut into blocks of 2,000 with audiences of like size, so that no genre brings more than that many candidates.
with final as (
    select
        artists.number,
        genres.genre,
        genres.weight,
        known.weight as information,
        known.artist_count,
        case
            when known.artist_count > 4000
                then ceil(
                    cast(row_number() over (
                        partition by genres.genre order by artists.audience nulls last, artists.popularity nulls last, artists.number
                    ) as double) / 2000.0
                )
            else 0
        end as block,
        count(*) over (partition by artists.number) as genre_count,
        array_agg(genres.genre) over (partition by artists.number) as all_genres
    from {{ ref('artist_genres') }} as genres
    inner join {{ ref('dim_genres') }} as known
        on genres.genre = known.genre
    inner join {{ ref('int_artists_described') }} as artists
        on genres.artist_id = artists.artist_id
)

select * from final
