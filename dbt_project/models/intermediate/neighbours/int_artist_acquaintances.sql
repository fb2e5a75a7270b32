-- Artists who worked with the same artist, and with how many in common: of each the 50 with most. Nobody meets through whoever worked
-- with more than 100, such as a series of samplers.
with busy as (
    select
        number,
        neighbour_number,
        count(*) over (partition by neighbour_number) as collaborator_count
    from {{ ref('int_artist_collaborations') }}
),

counted as (
    select
        mine.number,
        theirs.neighbour_number,
        count(*) as shared_collaborators,
        row_number() over (partition by mine.number order by count(*) desc, theirs.neighbour_number) as place
    from busy as mine
    inner join {{ ref('int_artist_collaborations') }} as theirs
        on mine.neighbour_number = theirs.number and mine.number <> theirs.neighbour_number
    where mine.collaborator_count <= 100
    group by mine.number, theirs.neighbour_number
),

final as (
    select
        number,
        neighbour_number,
        shared_collaborators
    from counted
    where place <= 50
)

select * from final
