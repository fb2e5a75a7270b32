{# When an artist made music and how it sounds: what provisional neighbours are compared by, besides genres. #}
{{ config(
    alias='artist_sounds',
    post_hook="{{ serving_primary_key(['artist_id']) }}",
) }}
with compared as (
    select
        credits.artist_id,
        tracks.release_year{% for feature in audio_features() %},
        case
            when tracks.features_provider = artists.features_provider
                then (tracks.{{ feature }} - scales.{{ feature }}_mean) / nullif(scales.{{ feature }}_deviation, 0)
        end as {{ feature }}{% endfor %}
    from {{ ref('serving_artist_tracks') }} as credits
    inner join {{ ref('serving_dim_artists') }} as artists
        on credits.artist_id = artists.artist_id
    inner join {{ ref('serving_dim_tracks') }} as tracks
        on credits.track_id = tracks.track_id
    left join {{ ref('serving_audio_scales') }} as scales
        on tracks.features_provider = scales.features_provider
)

select
    artist_id,
    avg(release_year) filter (where release_year between 1900 and 2100) as mean_year,
    array[
        {% for feature in audio_features() -%}
        avg({{ feature }}){{ ', ' if not loop.last }}
        {%- endfor %}
    ] as sound
from compared
group by artist_id
