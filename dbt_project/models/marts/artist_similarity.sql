{% set features = audio_features() -%}
-- Each pair of neighbours is explained once, whichever methods found it.
with sounds as (
    select
        {%- for feature in features %}
        {{ feature }},
        {{ json_number(feature ~ '_given') }} as {{ feature }}_text,
        {%- endfor %}
        number,
        features_provider
    from {{ ref('int_artists_sounding') }}
),

compared as (
    select
        neighbours.*,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        mine.mean_year as my_year,
        theirs.mean_year as their_year,
        my_sound.features_provider,
        {%- for feature in features %}
        my_sound.{{ feature }}_text as my_{{ feature }}_text,
        their_sound.{{ feature }}_text as their_{{ feature }}_text,
        {%- endfor %}
        {{ telling_keys('my_sound', 'their_sound', features) }} as keys
    from {{ ref('int_artist_neighbours') }} as neighbours
    inner join {{ ref('int_artists_described') }} as mine
        on neighbours.number = mine.number
    inner join {{ ref('int_artists_described') }} as theirs
        on neighbours.neighbour_number = theirs.number
    left join sounds as my_sound
        on neighbours.number = my_sound.number
    left join sounds as their_sound
        on neighbours.neighbour_number = their_sound.number and my_sound.features_provider = their_sound.features_provider
),

told as (
    select
        number,
        neighbour_number,
        artist_id,
        neighbour_artist_id,
        genre_rank,
        genre_score,
        audio_rank,
        audio_score,
        blend_rank,
        blend_score,
        features_provider,
        {{ closest_features('keys', 'my_', 'their_', features) }} as closest_features,
        case
            when abs(my_year - their_year) <= 10
                then
                    '[' || cast(cast(round(my_year) as bigint) as varchar)
                    || ',' || cast(cast(round(their_year) as bigint) as varchar) || ']'
        end as years
    from compared
),

explained as (
    select
        told.*,
        {{ json_object_of([
            json_list_entry('shared_genres', 'shared.shared_genres'),
            json_list_entry('related_genres', 'related.related_genres'),
            json_list_entry('closest_features', 'told.closest_features'),
            json_entry('shared_tracks', 'cast(collaborations.shared_tracks as varchar)'),
            json_entry('years', 'told.years'),
            "case when told.closest_features <> '' then " ~ json_entry('features_provider', json_text('told.features_provider')) ~ " else '' end",
        ]) }} as reasons
    from told
    left join {{ ref('int_artist_shared_genres') }} as shared
        on told.number = shared.number and told.neighbour_number = shared.neighbour_number
    left join {{ ref('int_artist_related_genres') }} as related
        on told.number = related.number and told.neighbour_number = related.neighbour_number
    left join {{ ref('int_artist_collaborations') }} as collaborations
        on told.number = collaborations.number and told.neighbour_number = collaborations.neighbour_number
),

final as (
    select
        explained.artist_id,
        explained.neighbour_artist_id,
        methods.method,
        array[explained.genre_rank, explained.audio_rank, explained.blend_rank][methods.place] as rank,
        array[explained.genre_score, explained.audio_score, explained.blend_score][methods.place] as score,
        explained.reasons
    from explained
    cross join (values (1, 'genre'), (2, 'audio'), (3, 'blend')) as methods (place, method)
)

select * from final
where rank is not null
