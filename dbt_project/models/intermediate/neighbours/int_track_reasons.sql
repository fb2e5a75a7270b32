{% set features = audio_features() -%}
-- Each pair of neighbouring tracks once, whatever the variant, with why: the JSON text both variants show. Values of two providers are
-- not held against each other.
with shares as (
    select
        tracks.features_provider,
        {{ trait_shares('tracks.') }}
    from {{ ref('dim_tracks') }} as tracks
    where tracks.features_provider is not null
    group by tracks.features_provider
),

compared as (
    select
        neighbours.*,
        {%- for feature in features %}
        mine.{{ feature }} as my_{{ feature }},
        case when mine.features_provider = theirs.features_provider then theirs.{{ feature }} end as their_{{ feature }},
        {%- endfor %}
        mine.track_id,
        theirs.track_id as neighbour_track_id,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        mine.features_provider
    from {{ ref('int_track_neighbours') }} as neighbours
    inner join {{ ref('int_tracks_standardised') }} as my_number
        on neighbours.number = my_number.number
    inner join {{ ref('dim_tracks') }} as mine
        on my_number.track_id = mine.track_id
    inner join {{ ref('int_tracks_standardised') }} as their_number
        on neighbours.neighbour_number = their_number.number
    inner join {{ ref('dim_tracks') }} as theirs
        on their_number.track_id = theirs.track_id
),

ordered as (
    select
        compared.*,
        {{ shared_trait_keys('compared.my_', 'compared.their_', 'shares.') }} as trait_keys,
        {{ close_keys('compared.my_', 'compared.their_') }} as close_keys
    from compared
    inner join shares
        on compared.features_provider = shares.features_provider
),

explained as (
    select
        ordered.*,
        {{ shared_traits('ordered.trait_keys', 'ordered.my_', 'ordered.their_') }} as traits,
        {{ close_features('ordered.close_keys', 'ordered.my_', 'ordered.their_') }} as close_features
    from ordered
),

final as (
    select
        explained.track_id,
        explained.neighbour_track_id,
        explained.distance,
        explained.any_artist_rank,
        explained.other_artists_rank,
        {{ json_object_of([
            json_list_entry('traits', 'explained.traits'),
            json_list_entry('close_features', 'explained.close_features'),
            json_entry('shared_genres', 'shared.shared_genres'),
            json_entry('features_provider', json_text('explained.features_provider')),
        ]) }} as reasons
    from explained
    left join {{ ref('int_track_shared_genres') }} as shared
        on explained.artist_id = shared.artist_id and explained.neighbour_artist_id = shared.neighbour_artist_id
)

select * from final
