{% set features = audio_features() -%}
{% set previous = previous_build(['changed_at', 'probes']) -%}
{% set vectors -%}
(
    select * from {{ ref('int_tracks_standardised') }}
    {% if previous %}where changed_at > (select coalesce(max(changed_at), 0) from {{ previous }}){% endif %}
)
{%- endset -%}
{% set probes = 'coalesce(routed.probes, previous.probes)' if previous else 'routed.probes' -%}
-- Each track with its standardised values in single precision, enough to choose candidates by, the block it is in, and the blocks in
-- which it looks for neighbours. Only what has changed since the build before is routed.
with routed as (
    {{ blocking_routes(vectors, ref('int_track_centroids'), features, probes=30) }}
),

final as (
    select
        standardised.number,
        standardised.recording_number,
        standardised.artist_number,
        {%- for feature in features %}
        cast(standardised.{{ feature }} as real) as {{ feature }},
        {%- endfor %}
        {{ unpacked_number(probes ~ '[1]') }} as centroid,
        {{ probes }} as probes,
        standardised.changed_at
    from {{ ref('int_tracks_standardised') }} as standardised
    left join routed
        on standardised.number = routed.number
    {%- if previous %}
    left join {{ previous }} as previous
        on standardised.number = previous.number
    {%- endif %}
)

select * from final
