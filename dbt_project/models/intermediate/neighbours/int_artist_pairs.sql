-- Every pair worth comparing, with each signal of the blend, more for closer, or null where one side is not known.
with met as (
    select
        number,
        neighbour_number,
        shared_weight,
        overlap,
        relatedness,
        cast(null as boolean) as is_near_in_sound,
        cast(null as bigint) as shared_tracks
    from {{ ref('int_artist_genre_pairs') }}
    union all
    select number, neighbour_number, null, null, null, true, null
    from {{ ref('int_artist_audio_pairs') }}
    union all
    select number, neighbour_number, null, null, null, null, shared_tracks
    from {{ ref('int_artist_collaborations') }}
    union all
    select number, neighbour_number, null, null, null, null, 0
    from {{ ref('int_artist_acquaintances') }}
    union all
    select number, neighbour_number, null, null, null, null, null
    from {{ ref('int_artist_peers') }}
),

pairs as (
    select
        number,
        neighbour_number,
        coalesce(max(shared_weight), 0.0) as shared_weight,
        max(overlap) as overlap,
        coalesce(max(relatedness), 0.0) as relatedness,
        count(is_near_in_sound) > 0 as is_near_in_sound,
        case when max(shared_tracks) > 0 then 1.0 when max(shared_tracks) = 0 then 0.5 else 0.0 end as collaboration
    from met
    group by number, neighbour_number
),

final as (
    select
        pairs.*,
        {{ closeness('audience', 2.5) }} as audience,
        {{ closeness('popularity', 50.0) }} as popularity,
        {{ closeness('mean_year', 20.0) }} as era,
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
