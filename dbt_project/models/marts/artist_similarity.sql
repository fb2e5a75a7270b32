{% set features = audio_features() -%}
with compared as (
    select
        neighbours.*,
        my_sound.features_provider,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        mine.mean_year as my_year,
        theirs.mean_year as their_year,
        {{ telling_keys('my_sound', 'their_sound', features) }} as keys
    from {{ ref('int_artist_neighbours') }} as neighbours
    inner join {{ ref('int_artists_described') }} as mine
        on neighbours.number = mine.number
    inner join {{ ref('int_artists_described') }} as theirs
        on neighbours.neighbour_number = theirs.number
    left join {{ ref('int_artists_sounding') }} as my_sound
        on neighbours.number = my_sound.number
    left join {{ ref('int_artists_sounding') }} as their_sound
        on neighbours.neighbour_number = their_sound.number and my_sound.features_provider = their_sound.features_provider
),

explained as (
    select
        compared.*,
        {{ closest_features('compared.keys', 'my_sound', 'their_sound', features, suffix='_given') }} as closest_features,
        shared.shared_genres,
        related.related_genres,
        collaborations.shared_tracks,
        case
            when abs(compared.my_year - compared.their_year) <= 10
                then
                    '[' || cast(cast(round(compared.my_year) as bigint) as varchar)
                    || ',' || cast(cast(round(compared.their_year) as bigint) as varchar) || ']'
        end as years
    from compared
    left join {{ ref('int_artists_sounding') }} as my_sound
        on compared.number = my_sound.number
    left join {{ ref('int_artists_sounding') }} as their_sound
        on compared.neighbour_number = their_sound.number
    left join {{ ref('int_artist_shared_genres') }} as shared
        on compared.number = shared.number and compared.neighbour_number = shared.neighbour_number
    left join {{ ref('int_artist_related_genres') }} as related
        on compared.number = related.number and compared.neighbour_number = related.neighbour_number
    left join {{ ref('int_artist_collaborations') }} as collaborations
        on compared.number = collaborations.number and compared.neighbour_number = collaborations.neighbour_number
),

final as (
    select
        artist_id,
        neighbour_artist_id,
        method,
        rank,
        score,
        {{ json_object_of([
            json_entry('shared_genres', 'shared_genres'),
            json_list_entry('related_genres', 'related_genres'),
            json_list_entry('closest_features', 'closest_features'),
            json_entry('shared_tracks', 'cast(shared_tracks as varchar)'),
            json_entry('years', 'years'),
            "case when closest_features <> '' then " ~ json_entry('features_provider', json_text('features_provider')) ~ " else '' end",
        ]) }} as reasons
    from explained
)

select * from final
