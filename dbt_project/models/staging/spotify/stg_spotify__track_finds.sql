with newest as (
    {{ newest_rows('raw_spotify', 'tracks', ['provider', 'track_id', 'found_for_artist_id'], ['found_rank asc', 'found_by asc']) }}
),

renamed as (
    select
        track_id,
        found_for_artist_id as artist_id,
        found_by,
        found_rank,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where track_id is not null and found_for_artist_id is not null
)

select * from renamed
