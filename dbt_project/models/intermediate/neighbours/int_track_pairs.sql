{% set features = audio_features() -%}
{% set previous = previous_build(['packed', 'changed_at']) -%}
-- The nearest tracks of each track among those in the blocks it probes, never another recording of the same song: the 25 nearest of
-- its own main artist and the 25 nearest of others. Only the choice is made here; ranks come from exact distances.
-- Within the three nearest blocks each track already meets 25 of other artists (or it has no bound): whatever is farther than the last
-- of them needs no place in line. That spares the aggregate 97 pairs of a hundred.
-- After the first build those are searched that are new, that have changed, or that had a neighbour which changed or is gone. What is
-- new joins the pairs of all others where it is nearer than the last of the 25 (so that a track may have more than 25).
with bounds as (
    select
        searching.number,
        min({{ squared_distance('searching', 'members', features) }}, 25)[25] as farthest
    from {{ tracks_to_search(previous) }} as searching
    cross join unnest(searching.probes) with ordinality as probe (packed, position)
    inner join {{ ref('int_track_vectors') }} as members
        on {{ unpacked_number('probe.packed') }} = members.centroid
    where
        probe.position <= 3
        and searching.artist_number <> members.artist_number
        and searching.recording_number <> members.recording_number
    group by searching.number
    having count(*) >= 25
),

probing as (
    select
        {{ unpacked_number('probe.packed') }} as block,
        searching.number,
        searching.recording_number,
        searching.artist_number,
        {%- for feature in features %}
        searching.{{ feature }},
        {%- endfor %}
        coalesce(bounds.farthest, cast(9e3 as real)) as farthest
    from {{ tracks_to_search(previous) }} as searching
    left join bounds
        on searching.number = bounds.number
    cross join unnest(searching.probes) as probe (packed)
    order by block
),

nearest as (
    select
        probing.number,
        probing.artist_number <> members.artist_number as is_other_artist,
        min({{ packed_distance(squared_distance('probing', 'members', features), 'members.number') }}, 25) as packed
    -- In this order, since DuckDB takes both sides for equally long and hashes the second one
    from {{ ref('int_track_vectors') }} as members
    inner join probing
        on probing.block = members.centroid and probing.recording_number <> members.recording_number
    where {{ squared_distance('probing', 'members', features) }} <= probing.farthest
    group by probing.number, probing.artist_number <> members.artist_number
),

found as (
    select
        nearest.number,
        pair.packed,
        nearest.is_other_artist
    from nearest
    cross join unnest(nearest.packed) as pair (packed)
),
{% if previous %}
limits as (
    select
        number,
        cast({{ unpacked_distance('max(packed)') }} + 0.001 as real) as farthest
    from {{ previous }}
    where is_other_artist
    group by number
    having count(*) >= 25
),

waiting as (
    select
        vectors.*,
        coalesce(limits.farthest, cast(9e3 as real)) as farthest
    from {{ ref('int_track_vectors') }} as vectors
    left join limits
        on vectors.number = limits.number
    where vectors.number not in (select number from {{ affected_tracks(previous) }})
),

arrived as (
    select
        waiting.number,
        {{ packed_distance(squared_distance('waiting', 'members', features), 'members.number') }} as packed,
        waiting.artist_number <> members.artist_number as is_other_artist
    from waiting
    cross join unnest(waiting.probes) as probe (packed)
    inner join {{ changed_tracks(previous) }} as members
        on
            {{ unpacked_number('probe.packed') }} = members.centroid
            and waiting.recording_number <> members.recording_number
    where {{ squared_distance('waiting', 'members', features) }} <= waiting.farthest
),

latest as (
    select * from found
    union all
    select * from arrived
),
{%- endif %}

final as (
    select
        number,
        {{ unpacked_number('packed') }} as neighbour_number,
        packed,
        is_other_artist,
        {{ build_time() }} as changed_at
    from {{ 'latest' if previous else 'found' }}
    {%- if previous %}
    union all
    select
        number,
        neighbour_number,
        packed,
        is_other_artist,
        changed_at
    from {{ previous }}
    where
        number not in (select number from {{ affected_tracks(previous) }})
        and number in (select number from {{ ref('int_track_vectors') }})
    {%- endif %}
)

select * from final
