{% set features = audio_features() -%}
{% set rooted = rooted_features() -%}
{% set measured = [] -%}
{% for feature in features -%}
{% do measured.append(feature) -%}
{% if feature in rooted -%} {% do measured.append(feature ~ '_root') -%} {% endif -%}
{% endfor -%}
-- Audio values as standard deviations from the mean of the same provider: two providers' scales never meet.
-- A value that never varies says nothing and becomes 0. Sums are exact, since engines add up in different orders.
with tracks as (
    select
        {%- for feature in rooted %}
        sqrt(known.{{ feature }}) as {{ feature }}_root,
        {%- endfor %}
        known.*
    from {{ ref('dim_tracks') }} as known
    where known.features_provider is not null
),

means as (
    select
        {%- for column in measured %}
        round({{ exact_mean(column) }}, 9) as {{ column }},
        {%- endfor %}
        features_provider
    from tracks
    group by features_provider
),

scales as (
    select
        {%- for column in measured %}
        max(means.{{ column }}) as {{ column }}_mean,
        {%- set gap = '(tracks.' ~ column ~ ' - means.' ~ column ~ ')' %}
        round(sqrt({{ exact_mean(gap ~ ' * ' ~ gap) }}), 9) as {{ column }}_deviation,
        {%- endfor %}
        tracks.features_provider
    from tracks
    inner join means
        on tracks.features_provider = means.features_provider
    group by tracks.features_provider
),

final as (
    select
        row_number() over (order by tracks.track_id) as number,
        tracks.track_id,
        tracks.artist_id,
        {{ dbt.hash('tracks.track_id') }} as sort_key,
        dense_rank() over (order by {{ title_of_recording('tracks.recording_key') }}) as recording_number,
        dense_rank() over (order by tracks.artist_id) as artist_number,
        {%- for column in measured %}
        case
            when scales.{{ column }}_deviation > 0.000000001
                then round((tracks.{{ column }} - scales.{{ column }}_mean) / scales.{{ column }}_deviation, 9)
            when tracks.{{ column }} is not null then 0.0
        end as {{ column.removesuffix('_root') if column.endswith('_root') else plain(column) }},
        {%- endfor %}
        tracks.features_provider
    from tracks
    inner join scales
        on tracks.features_provider = scales.features_provider
)

select * from final
