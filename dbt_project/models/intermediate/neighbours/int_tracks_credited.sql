-- Who is credited on each track that has audio values, by the track's number.
with final as (
    select
        tracks.number,
        credited.artist_id
    from {{ ref('int_tracks_standardised') }} as tracks
    inner join {{ ref('artist_tracks') }} as credited
        on tracks.track_id = credited.track_id
)

select * from final
