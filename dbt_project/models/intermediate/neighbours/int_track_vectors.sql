{% set features = audio_features() -%}
-- Each track in each block that it probes, with its standardised values in single precision: enough to choose candidates by.
with final as (
    select
        probes.centroid,
        probes.position,
        standardised.number,
        standardised.recording_number,
        standardised.artist_number{% for feature in features %},
        cast(standardised.{{ feature }} as real) as {{ feature }}{% endfor %}
    from {{ ref('int_track_probes') }} as probes
    inner join {{ ref('int_tracks_standardised') }} as standardised
        on probes.number = standardised.number
)

select * from final
