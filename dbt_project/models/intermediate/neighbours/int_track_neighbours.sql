-- Exact distance and rank of each kept pair. For `other_artists`, nobody may be credited on both tracks.
with pairs as (
    select
        mine.track_id,
        theirs.track_id as neighbour_track_id,
        pairs.variant,
        mine.artist_id,
        theirs.artist_id as neighbour_artist_id,
        round(sqrt({{ squared_distance('mine', 'theirs', audio_features()) }}), 9) as distance
    from {{ ref('int_track_pairs') }} as pairs
    inner join {{ ref('int_tracks_standardised') }} as mine
        on pairs.number = mine.number
    inner join {{ ref('int_tracks_standardised') }} as theirs
        on pairs.neighbour_number = theirs.number
),

credited_on_both as (
    select distinct
        pairs.track_id,
        pairs.neighbour_track_id
    from pairs
    inner join {{ ref('artist_tracks') }} as mine
        on pairs.track_id = mine.track_id
    inner join {{ ref('artist_tracks') }} as theirs
        on pairs.neighbour_track_id = theirs.track_id and mine.artist_id = theirs.artist_id
    where pairs.variant = 'other_artists'
),

ranked as (
    select
        pairs.*,
        row_number() over (
            partition by pairs.track_id, pairs.variant order by pairs.distance, pairs.neighbour_track_id
        ) as rank
    from pairs
    left join credited_on_both
        on
            pairs.track_id = credited_on_both.track_id
            and pairs.neighbour_track_id = credited_on_both.neighbour_track_id
            and pairs.variant = 'other_artists'
    where credited_on_both.track_id is null
)

select * from ranked
where rank <= 20
