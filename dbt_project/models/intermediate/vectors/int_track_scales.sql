{% set features = audio_features() -%}
{% set rooted = rooted_features() -%}
{% set measured = measured_features() -%}
{% set previous = previous_build(['fitted_at']) -%}
-- Each provider's mean and deviation of every audio value, as fitted. They stay as they are, and with them the centroids and whatever
-- is not new, until one provider's tracks are a tenth more or fewer than when fitted, or a mean or a deviation has moved by a tenth of
-- the fitted deviation: then all is fitted anew. Sums are exact, since engines add up in different orders.
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
        {%- for feature in measured %}
        round({{ exact_mean(feature) }}, 9) as {{ feature }},
        {%- endfor %}
        features_provider
    from tracks
    group by features_provider
),

measured as (
    select
        {%- for feature in measured %}
        max(means.{{ feature }}) as {{ feature }}_mean,
        {%- set gap = '(tracks.' ~ feature ~ ' - means.' ~ feature ~ ')' %}
        round(sqrt({{ exact_mean(gap ~ ' * ' ~ gap) }}), 9) as {{ feature }}_deviation,
        {%- endfor %}
        tracks.features_provider,
        count(*) as track_count
    from tracks
    inner join means
        on tracks.features_provider = means.features_provider
    group by tracks.features_provider
),

compared as (
    select
        {%- if previous %}
        {%- for feature in measured %}
        fitted.{{ feature }}_mean as {{ feature }}_fitted_mean,
        fitted.{{ feature }}_deviation as {{ feature }}_fitted_deviation,
        {%- endfor %}
        fitted.track_count as fitted_count,
        fitted.fitted_at,
        max(case
            when
                fitted.features_provider is null
                or abs(measured.track_count - fitted.track_count) > 0.1 * fitted.track_count
                {%- for feature in measured %}
                or (measured.{{ feature }}_mean is null) <> (fitted.{{ feature }}_mean is null)
                or abs(measured.{{ feature }}_mean - fitted.{{ feature }}_mean) > 0.1 * fitted.{{ feature }}_deviation
                or abs(measured.{{ feature }}_deviation - fitted.{{ feature }}_deviation) > 0.1 * fitted.{{ feature }}_deviation
                {%- endfor %}
                then 1
            else 0
        end) over () = 1 or count(*) over () < (select count(*) from {{ previous }}) as is_unfit,
        {%- endif %}
        measured.*
    -- The linter would indent what follows, for the sake of the branch in it.
    -- noqa: disable=LT02
    from measured
    {%- if previous %}
    left join {{ previous }} as fitted
        on measured.features_provider = fitted.features_provider
    {%- endif %}
    -- noqa: enable=LT02
),

final as (
    select
        {%- for feature in measured %}
        {%- for measure in ['mean', 'deviation'] %}
        {{ feature ~ '_' ~ measure if not previous
            else 'case when is_unfit then ' ~ feature ~ '_' ~ measure ~ ' else ' ~ feature ~ '_fitted_' ~ measure ~ ' end' }} as {{ feature }}_{{ measure }},
        {%- endfor %}
        {%- endfor %}
        features_provider,
        {{ 'case when is_unfit then track_count else fitted_count end' if previous else 'track_count' }} as track_count,
        {{ 'case when is_unfit then ' ~ build_time() ~ ' else fitted_at end' if previous else build_time() }} as fitted_at
    from compared
)

select * from final
