{% set features = audio_features() -%}
{% set rooted = rooted_features() -%}
{% set measured = measured_features() -%}
{% set previous = previous_build(['credits', 'changed_at', 'fitted_at']) -%}
-- Audio values as standard deviations from the mean of the same provider: two providers' scales never meet.
-- A value that never varies says nothing and becomes 0. A track keeps its number until scales are fitted anew; `changed_at` tells what
-- is new since: the row itself, or anything in it that neighbours depend on.
with credited as (
    select
        track_id,
        {{ json_list('artist_id', 'artist_id') }} as credits
    from {{ ref('artist_tracks') }}
    group by track_id
),

scaled as (
    select
        tracks.track_id,
        tracks.artist_id,
        tracks.recording_key,
        coalesce(credited.credits, '[]') as credits,
        {%- for column in measured %}
        {%- set value = 'sqrt(tracks.' ~ column.removesuffix('_root') ~ ')' if column.endswith('_root') else 'tracks.' ~ column %}
        case
            when scales.{{ column }}_deviation > 0.000000001
                then round(({{ value }} - scales.{{ column }}_mean) / scales.{{ column }}_deviation, 9)
            when {{ value }} is not null then 0.0
        end as {{ column.removesuffix('_root') if column.endswith('_root') else plain(column) }},
        {%- endfor %}
        tracks.features_provider,
        scales.fitted_at
    from {{ ref('dim_tracks') }} as tracks
    inner join {{ ref('int_track_scales') }} as scales
        on tracks.features_provider = scales.features_provider
    left join credited
        on tracks.track_id = credited.track_id
),

numbered as (
    select
        scaled.*,
        {%- if previous %}
        coalesce(
            previous.number,
            highest.number
            + row_number() over (partition by case when previous.number is null then 1 else 0 end order by scaled.track_id)
        ) as number,
        case
            when
                previous.number is null
                or scaled.artist_id <> previous.artist_id
                or scaled.recording_key <> previous.recording_key
                or scaled.credits <> previous.credits
                or scaled.features_provider <> previous.features_provider
                {%- for feature in features %}
                or coalesce(scaled.{{ feature }}, 9e9) <> coalesce(previous.{{ feature }}, 9e9)
                {%- endfor %}
                then {{ build_time() }}
            else previous.changed_at
        end as changed_at
        {%- else %}
        row_number() over (order by scaled.track_id) as number,
        {{ build_time() }} as changed_at
        {%- endif %}
    -- The linter would indent what follows, for the sake of the branch in it.
    -- noqa: disable=LT02
    from scaled
    {%- if previous %}
    left join {{ previous }} as previous
        on scaled.track_id = previous.track_id and scaled.fitted_at = previous.fitted_at
    cross join (
        select coalesce(max(number), 0) as number
        from {{ previous }}
        where fitted_at = (select max(fitted_at) from {{ ref('int_track_scales') }})
    ) as highest
    {%- endif %}
    -- noqa: enable=LT02
),

final as (
    select
        number,
        track_id,
        artist_id,
        recording_key,
        credits,
        {{ dbt.hash('track_id') }} as sort_key,
        dense_rank() over (order by {{ title_of_recording('recording_key') }}) as recording_number,
        dense_rank() over (order by artist_id) as artist_number,
        {%- for feature in features %}
        {{ feature }},
        {%- endfor %}
        {%- for feature in rooted %}
        {{ plain(feature) }},
        {%- endfor %}
        features_provider,
        changed_at,
        fitted_at
    from numbered
)

select * from final
