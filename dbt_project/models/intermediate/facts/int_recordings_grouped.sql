-- Which tracks are the same song: same ISRC, or same main artist and title. The smallest title key of a group names it;
-- three passes carry it along chains of ISRC, title, ISRC.
with titled as (
    select
        tracks.track_id,
        credits.artist_id,
        coalesce(nullif(tracks.isrc, ''), tracks.track_id) as isrc_key,
        coalesce(credits.artist_id, tracks.track_id) || '|' || {{ song_title('tracks.name') }} as title_key
    from {{ ref('int_tracks_chosen') }} as tracks
    left join {{ ref('int_track_credits') }} as credits
        on tracks.track_id = credits.track_id and credits.position = 1
),

by_isrc as (
    select *, min(title_key) over (partition by isrc_key) as first_pass from titled
),

by_title as (
    select *, min(first_pass) over (partition by title_key) as second_pass from by_isrc
),

final as (
    select
        track_id,
        min(second_pass) over (partition by isrc_key) as recording_key
    from by_title
)

select * from final
