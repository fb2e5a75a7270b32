{{ config(materialized='ephemeral') }}
-- Main artists of tracks about whom no provider was asked yet: their name stands in the credits.
with names as (
    select
        tracks.track_id,
        credit.name,
        credit.position
    from {{ ref('int_tracks_chosen') }} as tracks
    cross join unnest({{ json_texts('tracks.artist_names') }}) with ordinality as credit (name, position)
),

final as (
    select
        credits.artist_id,
        min_by(names.name, tracks.track_id) as name,
        min_by(tracks.provider, tracks.track_id) as provider,
        max(tracks.retrieved_at) as retrieved_at
    from {{ ref('int_track_credits') }} as credits
    inner join {{ ref('int_tracks_chosen') }} as tracks
        on credits.track_id = tracks.track_id
    inner join names
        on credits.track_id = names.track_id and credits.position = names.position
    where credits.position = 1 and names.name is not null
    group by credits.artist_id
)

select * from final
