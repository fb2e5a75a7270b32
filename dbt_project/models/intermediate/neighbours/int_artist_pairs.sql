-- Every pair worth comparing, with each signal from 0 to 1, or null where one side is not known: genres, sound, shared tracks.
with met as (
    select number, neighbour_number, overlap, relatedness, cast(null as boolean) as is_near_in_sound, cast(null as bigint) as shared_tracks
    from {{ ref('int_artist_genre_pairs') }}
    union all
    select number, neighbour_number, null, null, true, null
    from {{ ref('int_artist_audio_pairs') }}
    union all
    select number, neighbour_number, null, null, null, shared_tracks
    from {{ ref('int_artist_collaborations') }}
),

pairs as (
    select
        number,
        neighbour_number,
        coalesce(max(overlap), 0.0) as overlap,
        coalesce(max(relatedness), 0.0) as relatedness,
        count(is_near_in_sound) > 0 as is_near_in_sound,
        coalesce(max(shared_tracks), 0) as shared_tracks
    from met
    group by number, neighbour_number
),

final as (
    select
        pairs.*,
        {{ era_closeness('mine', 'theirs') }} as era,
        {{ audience_closeness('mine', 'theirs') }} as audience,
        case
            when my_sound.number is not null and their_sound.number is not null
                then 1.0 / (1.0 + sqrt({{ squared_distance('my_sound', 'their_sound', audio_columns()) }}))
        end as sound
    from pairs
    inner join {{ ref('int_artists_described') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_artists_described') }} as theirs
        on pairs.neighbour_number = theirs.number
    left join {{ ref('int_artists_standardised') }} as my_sound
        on pairs.number = my_sound.number
    left join {{ ref('int_artists_standardised') }} as their_sound
        on pairs.neighbour_number = their_sound.number
)

select * from final
