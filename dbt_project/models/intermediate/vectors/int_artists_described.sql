-- One row per artist with what pairs are compared by, besides genres and sound: when, and for how many.
-- The year is the mean year of release; the audience counts in powers of ten of followers, and its place is the share of all artists
-- with a smaller one, or with a smaller popularity where followers are not known.
with years as (
    select
        credits.artist_id,
        avg(cast(tracks.release_year as double)) as mean_year
    from {{ ref('artist_tracks') }} as credits
    inner join {{ ref('dim_tracks') }} as tracks
        on credits.track_id = tracks.track_id
    where tracks.release_year between 1900 and 2100
    group by credits.artist_id
),

numbered as (
    select
        row_number() over (order by artists.artist_id) as number,
        artists.artist_id,
        {{ dbt.hash('artists.artist_id') }} as sort_key,
        round(years.mean_year, 6) as mean_year,
        round(ln(cast(case when artists.followers > 0 then artists.followers end as double)) / ln(10), 9) as audience,
        cast(artists.popularity as double) as popularity,
        artists.features_provider
    from {{ ref('dim_artists') }} as artists
    left join years
        on artists.artist_id = years.artist_id
),

final as (
    select
        *,
        (row_number() over (order by audience nulls last, popularity nulls last, number) - 1) / cast(count(*) over () as double)
            as audience_place
    from numbered
)

select * from final
