{% set features = audio_features() -%}
-- Audio values as standard deviations from the mean of the same provider: two providers' scales never meet.
-- A value that never varies says nothing and becomes 0. Sums are exact, since engines add up in different orders.
with tracks as (
    select * from {{ ref('dim_tracks') }}
    where features_provider is not null
),

means as (
    select
        {%- for feature in features %}
        round({{ exact_mean(feature) }}, 9) as {{ feature }},
        {%- endfor %}
        features_provider
    from tracks
    group by features_provider
),

scales as (
    select
        {%- for feature in features %}
        max(means.{{ feature }}) as {{ feature }}_mean,
        {%- set gap = '(tracks.' ~ feature ~ ' - means.' ~ feature ~ ')' %}
        round(sqrt({{ exact_mean(gap ~ ' * ' ~ gap) }}), 9) as {{ feature }}_deviation,
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
        dense_rank() over (order by tracks.recording_key) as recording_number,
        dense_rank() over (order by tracks.artist_id) as artist_number,
        {%- for feature in features %}
        case
            when scales.{{ feature }}_deviation > 0.000000001
                then round((tracks.{{ feature }} - scales.{{ feature }}_mean) / scales.{{ feature }}_deviation, 9)
            when tracks.{{ feature }} is not null then 0.0
        end as {{ feature }},
        {%- endfor %}
        tracks.features_provider
    from tracks
    inner join scales
        on tracks.features_provider = scales.features_provider
)

select * from final
