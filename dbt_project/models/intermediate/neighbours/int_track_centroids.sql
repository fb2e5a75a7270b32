{% set features = audio_features() -%}
{% set previous = previous_build(['fitted_at']) -%}
{% set vectors -%}
(
    select * from {{ ref('int_tracks_standardised') }}
    {% if previous %}where fitted_at > (select coalesce(max(fitted_at), 0) from {{ previous }}){% endif %}
)
{%- endset -%}
-- Centroids stay as they are as long as the scales do: `vectors` is empty then, and the ones of the build before are taken.
with fitted as (
    {{ blocking_centroids(vectors, features, density=4.0) }}
),

final as (
    select
        fitted.*,
        (select max(fitted_at) from {{ ref('int_track_scales') }}) as fitted_at
    from fitted
    {%- if previous %}
    union all
    select
        centroid,
        {%- for feature in features %}
        {{ feature }},
        {%- endfor %}
        fitted_at
    from {{ previous }}
    where fitted_at >= (select max(fitted_at) from {{ ref('int_track_scales') }})
    {%- endif %}
)

select * from final
