{% set features = audio_features() -%}
{% if var('track_neighbours', 'sql') == 'spark' -%}
-- What Spark found with the same maths, for the tracks that are still there; ranks may have gaps where one is not.
with adopted as (
    select
        mine.number,
        theirs.number as neighbour_number,
        found.distance,
        found.any_artist_rank,
        found.other_artists_rank
    from {{ ref('stg_spark__track_neighbours') }} as found
    inner join {{ ref('int_tracks_standardised') }} as mine
        on found.track_id = mine.track_id
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on found.neighbour_track_id = theirs.track_id
)

select * from adopted
{%- else -%}
-- The 20 nearest tracks of each by exact distance, a pair once for both variants: its rank among any artist's tracks, and its rank
-- among those on which nobody is credited who is credited here. A rank beyond 20, or none, is null.
with compared as (
    select
        pairs.number,
        pairs.neighbour_number,
        pairs.is_other_artist and sharing.number is null as is_other_artist,
        round(sqrt({{ squared_distance('mine', 'theirs', features) }}), 9) as distance
    from {{ ref('int_track_pairs') }} as pairs
    inner join {{ ref('int_tracks_standardised') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on pairs.neighbour_number = theirs.number
    left join {{ ref('int_tracks_sharing_artists') }} as sharing
        on pairs.number = sharing.number and pairs.neighbour_number = sharing.neighbour_number
),

ranked as (
    select
        *,
        row_number() over (partition by number order by distance, neighbour_number) as any_artist_rank,
        row_number() over (partition by number, is_other_artist order by distance, neighbour_number) as rank_of_kind
    from compared
),

final as (
    select
        number,
        neighbour_number,
        distance,
        case when any_artist_rank <= 20 then any_artist_rank end as any_artist_rank,
        case when is_other_artist and rank_of_kind <= 20 then rank_of_kind end as other_artists_rank
    from ranked
)

select * from final
where any_artist_rank is not null or other_artists_rank is not null
{%- endif %}
