{% set features = audio_features() -%}
-- How an artist sounds in plain means, for reasons: the mean of the values as given, and the mean of the standardised ones
-- (without suffix; `_given` has the former), over the tracks whose values come from the artist's main provider of audio values.
with final as (
    select
        {%- for feature in features %}
        round({{ exact_mean('given.' ~ feature) }}, 9) as {{ feature }}_given,
        round({{ exact_mean('standardised.' ~ plain(feature)) }}, 9) as {{ feature }},
        {%- endfor %}
        credits.artist_id,
        artists.number,
        artists.features_provider
    from {{ ref('artist_tracks') }} as credits
    inner join {{ ref('int_artists_described') }} as artists
        on credits.artist_id = artists.artist_id
    inner join {{ ref('dim_tracks') }} as given
        on credits.track_id = given.track_id and artists.features_provider = given.features_provider
    inner join {{ ref('int_tracks_standardised') }} as standardised
        on credits.track_id = standardised.track_id
    group by credits.artist_id, artists.number, artists.features_provider
)

select * from final
