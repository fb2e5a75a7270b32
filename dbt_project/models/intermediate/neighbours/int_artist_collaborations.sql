-- Artists who are credited on the same track, and on how many.
select
    mine.number,
    theirs.number as neighbour_number,
    count(*) as shared_tracks
from {{ ref('artist_tracks') }} as my_tracks
inner join {{ ref('artist_tracks') }} as their_tracks
    on my_tracks.track_id = their_tracks.track_id and my_tracks.artist_id <> their_tracks.artist_id
inner join {{ ref('int_artists_described') }} as mine
    on my_tracks.artist_id = mine.artist_id
inner join {{ ref('int_artists_described') }} as theirs
    on their_tracks.artist_id = theirs.artist_id
group by mine.number, theirs.number
