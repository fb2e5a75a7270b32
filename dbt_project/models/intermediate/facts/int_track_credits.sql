-- Who is credited on which track: the credit list in its order, then artists that only a table of pairs names.
with listed as (
    select
        tracks.track_id,
        credit.artist_id,
        credit.position
    from {{ ref('int_tracks_chosen') }} as tracks
    cross join unnest({{ json_texts('tracks.artist_ids') }}) with ordinality as credit (artist_id, position)
),

paired as (
    select
        pairs.track_id,
        pairs.artist_id,
        1000 + coalesce(pairs.position, 1000) as position
    from {{ ref('stg_catalogue_dump__track_artists') }} as pairs
    inner join {{ ref('int_tracks_chosen') }} as tracks
        on pairs.track_id = tracks.track_id
    inner join {{ ref('int_provider_signals') }} as signals
        on pairs.provider = signals.provider and signals.signal = 'facts'
),

firsts as (
    select
        track_id,
        artist_id,
        min(position) as position
    from (
        select * from listed
        union all
        select * from paired
    ) as credits
    where artist_id is not null
    group by track_id, artist_id
),

final as (
    select
        track_id,
        artist_id,
        row_number() over (partition by track_id order by position, artist_id) as position
    from firsts
)

select * from final
