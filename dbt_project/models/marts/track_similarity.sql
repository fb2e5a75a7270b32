with final as (
    select
        track_id,
        neighbour_track_id,
        'any_artist' as variant,
        any_artist_rank as rank,
        distance,
        reasons
    from {{ ref('int_track_reasons') }}
    where any_artist_rank is not null
    union all
    select
        track_id,
        neighbour_track_id,
        'other_artists' as variant,
        other_artists_rank as rank,
        distance,
        reasons
    from {{ ref('int_track_reasons') }}
    where other_artists_rank is not null
)

select * from final
