-- What people did with the answers about an artist or a song on each UTC day: buttons used, thumbs given.
with taps as (
    select
        cast(tapped_at as date) as day,
        subject,
        '' as neighbour,
        1 as taps,
        0 as thumbs_up,
        0 as thumbs_down,
        person
    from {{ ref('stg_dynamodb__taps') }}
    where action <> 'THUMB' and subject <> ''
),

thumbs as (
    select
        cast(given_at as date) as day,
        subject,
        neighbour,
        0 as taps,
        case when thumb > 0 then 1 else 0 end as thumbs_up,
        case when thumb < 0 then 1 else 0 end as thumbs_down,
        person
    from {{ ref('stg_dynamodb__feedback') }}
),

unioned as (
    select * from taps
    union all
    select * from thumbs
),

counted as (
    select
        day,
        subject,
        neighbour,
        cast(sum(taps) as bigint) as taps,
        cast(sum(thumbs_up) as bigint) as thumbs_up,
        cast(sum(thumbs_down) as bigint) as thumbs_down,
        count(distinct person) as persons
    from unioned
    group by day, subject, neighbour
),

final as (
    select
        counted.day,
        counted.subject,
        counted.neighbour,
        coalesce(artists.name, tracks.name) as subject_name,
        coalesce(neighbour_artists.name, neighbour_tracks.name) as neighbour_name,
        counted.taps,
        counted.thumbs_up,
        counted.thumbs_down,
        counted.persons
    from counted
    left join {{ ref('dim_artists') }} as artists
        on counted.subject = 'ARTIST|' || artists.artist_id
    left join {{ ref('dim_tracks') }} as tracks
        on counted.subject = 'TRACK|' || tracks.track_id
    left join {{ ref('dim_artists') }} as neighbour_artists
        on counted.neighbour = neighbour_artists.artist_id and counted.subject like 'ARTIST|%'
    left join {{ ref('dim_tracks') }} as neighbour_tracks
        on counted.neighbour = neighbour_tracks.track_id and counted.subject like 'TRACK|%'
)

select * from final
