-- The artists that are measured, and the groups they belong to. Those with a reference all count for the figures that need one; for the
-- others (is_sampled) all artists do, or 10,000 by the hash of their id, so that what measuring costs has a bound.
-- Korean: from there by MusicBrainz, named in Hangul, or of a genre that says so. Popular: 70 or more of Spotify's 100.
with relations as (
    select
        artist_id,
        max(relation_count) as relation_count,
        max(ideal_gain) as ideal_gain
    from {{ ref('int_quality_references') }}
    group by artist_id
),

described as (
    select
        artists.artist_id,
        artists.popularity,
        relations.relation_count,
        relations.ideal_gain,
        {{ is_held_out('artists.artist_id') }} as is_held_out,
        artists.genres is not null as has_genres,
        coalesce(artists.country = 'KR', false)
        or {{ writing_system('artists.name') }} = 'hangul'
        or coalesce({{ regexp_found('artists.genres', '[" ]k-(pop|hop|rap|indie|rock)|korean|"trot"') }}, false) as is_korean,
        artists.popularity >= 70 as is_popular,
        row_number() over (order by {{ dbt.hash('artists.artist_id') }}, artists.artist_id) <= 10000 as is_sampled
    from {{ ref('dim_artists') }} as artists
    left join relations
        on artists.artist_id = relations.artist_id
)

select * from described
where is_sampled or relation_count is not null
