-- The order an artist's own top list gave comes first, then popularity.
with finds as (
    select
        finds.track_id,
        finds.artist_id,
        min(finds.found_rank) as found_rank
    from {{ ref('stg_spotify__track_finds') }} as finds
    inner join {{ ref('int_provider_signals') }} as signals
        on finds.provider = signals.provider and signals.signal = 'popularity'
    where finds.found_by = 'top_tracks'
    group by finds.track_id, finds.artist_id
),

final as (
    select
        credits.artist_id,
        credits.track_id,
        credits.position,
        row_number() over (
            partition by credits.artist_id
            order by
                finds.found_rank asc nulls last,
                tracks.popularity desc nulls last,
                credits.position asc,
                credits.track_id asc
        ) as rank
    from {{ ref('int_track_credits') }} as credits
    inner join {{ ref('int_artists_chosen') }} as artists
        on credits.artist_id = artists.artist_id
    inner join {{ ref('int_tracks_chosen') }} as tracks
        on credits.track_id = tracks.track_id
    left join finds
        on credits.artist_id = finds.artist_id and credits.track_id = finds.track_id
)

select * from final
