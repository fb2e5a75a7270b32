{{ config(materialized='view') }}
-- Everything that is measured, in one form: the marts' methods and the baseline.
select artist_id, neighbour_artist_id, method, rank
from {{ ref('artist_similarity') }}
union all
select artist_id, neighbour_artist_id, 'genre_jaccard' as method, rank
from {{ ref('int_quality_baseline') }}
