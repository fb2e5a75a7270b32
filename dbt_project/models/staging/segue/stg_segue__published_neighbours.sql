with newest as (
    {{ newest_rows('raw_segue', 'published_neighbours', ['provider', 'generation', 'artist_id'], ['neighbour_artist_ids asc']) }}
),

renamed as (
    select
        generation,
        artist_id,
        run_id,
        neighbour_artist_ids,
        provider,
        {{ utc_timestamp('retrieved_at') }} as retrieved_at
    from newest
    where generation is not null and artist_id is not null
)

select * from renamed
