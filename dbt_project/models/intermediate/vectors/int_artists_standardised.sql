{% set features = audio_features() -%}
-- How an artist sounds: the mean and the spread of each standardised value over the tracks, drawn towards the mean and the usual
-- spread of all artists as if two ordinary tracks were added, so that one odd track does not make an outlier.
with values_per_artist as (
    select
        credits.artist_id,
        {%- for feature in features %}
        count(tracks.{{ plain(feature) }}) as {{ feature }}_count,
        {{ exact_sum('tracks.' ~ plain(feature)) }} as {{ feature }}_sum,
        {{ exact_mean('tracks.' ~ plain(feature) ~ ' * tracks.' ~ plain(feature)) }} as {{ feature }}_square,
        {%- endfor %}
        count(*) as track_count
    from {{ ref('artist_tracks') }} as credits
    inner join {{ ref('int_tracks_standardised') }} as tracks
        on credits.track_id = tracks.track_id
    group by credits.artist_id
),

spreads as (
    select
        values_per_artist.*{% for feature in features %},
        greatest(
            {{ feature }}_square - power({{ feature }}_sum / nullif({{ feature }}_count, 0), 2), 0.0
        ) as {{ feature }}_variance{% endfor %}
    from values_per_artist
),

compared as (
    select
        spreads.*{% for feature in features %},
        coalesce(
            {{ exact_mean('case when ' ~ feature ~ '_count >= 3 then ' ~ feature ~ '_variance end', 'over ()') }}, 1.0
        ) as {{ feature }}_usual_variance{% endfor %}
    from spreads
),

final as (
    select
        artists.number,
        artists.artist_id,
        artists.sort_key,
        {%- for feature in features %}
        case
            when own.{{ feature }}_count > 0
                then round(own.{{ feature }}_sum / (own.{{ feature }}_count + 2.0), 9)
        end as {{ feature }},
        case
            when own.{{ feature }}_count > 0
                then round(
                    sqrt(
                        (own.{{ feature }}_variance * own.{{ feature }}_count + 2.0 * own.{{ feature }}_usual_variance)
                        / (own.{{ feature }}_count + 2.0)
                    ),
                    9
                )
        end as {{ feature }}_spread,
        {%- endfor %}
        own.track_count
    from compared as own
    inner join {{ ref('int_artists_described') }} as artists
        on own.artist_id = artists.artist_id
)

select * from final
