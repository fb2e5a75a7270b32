-- One row per artist and name form, the surest source first. The artist's own name is one of them.
with names as (
    select
        artist_id,
        name as alias,
        cast(null as varchar) as script,
        'name' as source,
        1.0 as confidence,
        0 as preference
    from {{ ref('int_artists_chosen') }}
),

unioned as (
    select * from names
    union all
    select * from {{ ref('int_aliases_unioned') }}
    union all
    select * from {{ ref('int_aliases_named') }}
),

ranked as (
    select
        unioned.*,
        row_number() over (
            partition by unioned.artist_id, unioned.alias
            order by unioned.confidence desc, unioned.preference, unioned.source, unioned.script nulls last
        ) as choice
    from unioned
    inner join {{ ref('int_artists_chosen') }} as artists
        on unioned.artist_id = artists.artist_id
),

final as (
    select
        artist_id,
        alias,
        coalesce(script, {{ writing_system('alias') }}) as script,
        source,
        cast(confidence as double) as confidence
    from ranked
    where choice = 1
)

select * from final
