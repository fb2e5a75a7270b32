-- What people asked the bot for on each UTC day, in what words, and what came of it; people are counted, never named.
with requests as (
    select
        cast(asked_at as date) as day,
        search_key,
        subject,
        outcome,
        is_resolved,
        min(kind) as kind,
        count(*) as requests,
        count(distinct person) as persons
    from {{ ref('stg_dynamodb__requests') }}
    where kind in ('artist', 'track', 'album', 'unknown', 'ambiguous')
    group by cast(asked_at as date), search_key, subject, outcome, is_resolved
),

final as (
    select
        requests.day,
        requests.search_key,
        requests.subject,
        requests.outcome,
        requests.kind,
        requests.is_resolved,
        coalesce(tracks.artist_id, artists.artist_id) as artist_id,
        coalesce(tracks.artist_name, artists.name) as artist_name,
        tracks.track_id,
        tracks.name as track_name,
        requests.requests,
        requests.persons
    from requests
    left join {{ ref('dim_artists') }} as artists
        on requests.subject = 'ARTIST|' || artists.artist_id
    left join {{ ref('dim_tracks') }} as tracks
        on requests.subject = 'TRACK|' || tracks.track_id
)

select * from final
