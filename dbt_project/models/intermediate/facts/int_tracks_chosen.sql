-- The best known facts of each track: each from the preferred provider that gave it.
with used as (
    select
        tracks.*,
        signals.preference,
        popularity_signals.preference as popularity_preference
    from {{ ref('int_tracks_unioned') }} as tracks
    inner join {{ ref('int_provider_signals') }} as signals
        on tracks.provider = signals.provider and signals.signal = 'facts'
    left join {{ ref('int_provider_signals') }} as popularity_signals
        on tracks.provider = popularity_signals.provider and popularity_signals.signal = 'popularity'
),

final as (
    select
        track_id,
        {%- for column in [
            'name', 'artist_ids', 'artist_names', 'album_id', 'album_name', 'release_date', 'release_year',
            'is_explicit', 'duration_ms', 'isrc', 'image_url', 'spotify_url'
        ] %}
        min_by({{ column }}, preference) filter (where {{ column }} is not null) as {{ column }},
        {%- endfor %}
        min_by(popularity, popularity_preference) filter (
            where popularity is not null and popularity_preference is not null
        ) as popularity,
        min_by(provider, preference) as provider,
        min_by(retrieved_at, preference) as retrieved_at
    from used
    group by track_id
)

select * from final
where name is not null
