{# What brings a new artist's audio values onto the scale of the published ones. #}
{{ config(
    alias='audio_scales',
    post_hook="{{ serving_primary_key(['features_provider']) }}",
) }}
select
    {%- for feature in audio_features() %}
    avg({{ feature }}) as {{ feature }}_mean,
    stddev_pop({{ feature }}) as {{ feature }}_deviation,
    {%- endfor %}
    features_provider
from {{ ref('serving_dim_tracks') }}
where features_provider is not null
group by features_provider
