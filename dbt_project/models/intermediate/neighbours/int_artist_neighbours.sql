-- The 20 nearest artists of each by each method. Scores are rounded and ties go to the smaller id, so that every engine agrees.
with scored as (
    select number, neighbour_number, 'genre' as method, {{ genre_score() }} as score
    from {{ ref('int_artist_pairs') }}
    where overlap + relatedness > 0
    union all
    select number, neighbour_number, 'audio' as method, round(sound, 9) as score
    from {{ ref('int_artist_pairs') }}
    where is_near_in_sound
    union all
    select number, neighbour_number, 'blend' as method, {{ blend_score() }} as score
    from {{ ref('int_artist_pairs') }}
),

ranked as (
    select
        *,
        row_number() over (partition by number, method order by score desc, neighbour_number) as rank
    from scored
)

select * from ranked
where rank <= 20
