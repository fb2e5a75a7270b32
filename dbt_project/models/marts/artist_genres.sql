with grouped as (
    select
        artist_id,
        genre,
        max(weight) as weight,
        min(preference) as preference,
        min(position) as position
    from {{ ref('int_artist_genres_unioned') }}
    group by artist_id, genre
),

providers as (
    select
        artist_id,
        genre,
        {{ json_list('provider', 'preference') }} as providers
    from {{ ref('int_artist_genres_unioned') }}
    group by artist_id, genre
),

final as (
    select
        grouped.artist_id,
        grouped.genre,
        grouped.weight,
        row_number() over (
            partition by grouped.artist_id order by grouped.preference, grouped.position, grouped.genre
        ) as position,
        providers.providers
    from grouped
    inner join providers
        on grouped.artist_id = providers.artist_id and grouped.genre = providers.genre
    inner join {{ ref('int_artists_chosen') }} as artists
        on grouped.artist_id = artists.artist_id
)

select * from final
