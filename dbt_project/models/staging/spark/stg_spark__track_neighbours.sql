-- The rows of the newest complete load that brought any.
with completed as (
    {{ completed_rows('raw_spark', 'track_neighbours') }}
),

newest as (
    select max(_dlt_load_id) as load_id
    from completed
),

renamed as (
    select
        completed.track_id,
        completed.neighbour_track_id,
        completed.distance,
        completed.any_artist_rank,
        completed.other_artists_rank,
        completed.provider,
        {{ utc_timestamp('completed.retrieved_at') }} as retrieved_at
    from completed
    inner join newest
        on completed._dlt_load_id = newest.load_id
)

select * from renamed
