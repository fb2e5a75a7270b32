{% set features = audio_features() -%}
{% set previous = previous_build(['changed_at']) -%}
{% set credited -%}
(
    select
        tracks.number,
        credits.artist_id
    from {{ ref('int_tracks_standardised') }} as tracks
    inner join {{ ref('artist_tracks') }} as credits
        on tracks.track_id = credits.track_id
)
{%- endset -%}
{% if var('track_neighbours', 'sql') == 'spark' -%}
-- What Spark found with the same maths, for the tracks that are still there, who move up where one is not.
with adopted as (
    select
        mine.number,
        theirs.number as neighbour_number,
        found.distance,
        {%- for variant in ['any_artist_rank', 'other_artists_rank'] %}
        case
            when found.{{ variant }} is not null
                then row_number() over (partition by mine.number, found.{{ variant }} is null order by found.{{ variant }})
        end as {{ variant }}{{ ',' if not loop.last }}
        {%- endfor %}
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
-- Tracks whose pairs are those of the build before keep their neighbours.
with pairs as (
    select * from {{ pairs_to_rank(previous) }}
),

sharing as (
    select distinct
        pairs.number,
        pairs.neighbour_number
    from pairs
    inner join {{ credited }} as mine
        on pairs.number = mine.number
    inner join {{ credited }} as theirs
        on pairs.neighbour_number = theirs.number and mine.artist_id = theirs.artist_id
    where pairs.is_other_artist
),

compared as (
    select
        pairs.number,
        pairs.neighbour_number,
        pairs.is_other_artist and sharing.number is null as is_other_artist,
        round(sqrt({{ squared_distance('mine', 'theirs', features) }}), 9) as distance
    from pairs
    inner join {{ ref('int_tracks_standardised') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on pairs.neighbour_number = theirs.number
    left join sharing
        on pairs.number = sharing.number and pairs.neighbour_number = sharing.neighbour_number
),

ranked as (
    select
        *,
        row_number() over (partition by number order by distance, neighbour_number) as any_artist_rank,
        sum(case when is_other_artist then 1 else 0 end) over (
            partition by number order by distance, neighbour_number rows between unbounded preceding and current row
        ) as other_artists_rank
    from compared
),

placed as (
    select
        number,
        neighbour_number,
        distance,
        case when any_artist_rank <= 20 then any_artist_rank end as any_artist_rank,
        case when is_other_artist and other_artists_rank <= 20 then cast(other_artists_rank as bigint) end as other_artists_rank,
        {{ build_time() }} as changed_at
    from ranked
),

final as (
    select * from placed
    where any_artist_rank is not null or other_artists_rank is not null
    {%- if previous %}
    union all
    select
        number,
        neighbour_number,
        distance,
        any_artist_rank,
        other_artists_rank,
        changed_at
    from {{ previous }}
    where
        number in (
            select number from {{ ref('int_track_pairs') }}
            group by number
            having max(changed_at) <= (select coalesce(max(changed_at), 0) from {{ previous }})
        )
    {%- endif %}
)

select * from final
{%- endif %}
