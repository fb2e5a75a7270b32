{# Centroids for blocking `vectors` (number, sort_key, standardised columns): about 2 * sqrt(n) of its rows, chosen by the hash
   in `sort_key`, then moved to the mean of what is nearest to them, `steps` times. Centroids only route: their values are
   rounded so that every engine routes alike. #}
{% macro blocking_centroids(vectors, columns, steps=2) -%}
with means_0 as (
    select
        row_number() over (order by sort_key, number) as centroid{% for column in columns %},
        coalesce({{ column }}, 0.0) as {{ column }}{% endfor %}
    from {{ vectors }}
),

chosen_0 as (
    select means_0.*
    from means_0
    cross join (select count(*) as size from {{ vectors }}) as counted
    where means_0.centroid <= ceil(2.0 * sqrt(counted.size))
)
{%- for step in range(1, steps + 1) %},

nearest_{{ step }} as (
    select
        vectors.number,
        {{ unpacked_number('min(' ~ packed_distance(squared_distance('vectors', 'centroids', columns), 'centroids.centroid') ~ ')') }} as centroid
    from {{ vectors }} as vectors
    cross join chosen_{{ step - 1 }} as centroids
    group by vectors.number
),

chosen_{{ step }} as (
    select
        nearest.centroid{% for column in columns %},
        round(coalesce({{ exact_mean('vectors.' ~ column) }}, 0.0), 6) as {{ column }}{% endfor %}
    from nearest_{{ step }} as nearest
    inner join {{ vectors }} as vectors
        on nearest.number = vectors.number
    group by nearest.centroid
)
{%- endfor %}

select * from chosen_{{ steps }}
{%- endmacro %}

{# The `probes` nearest centroids of each row; probe 1 is the block the row itself is in. #}
{% macro blocking_probes(vectors, centroids, columns, probes) -%}
with nearest as (
    select
        vectors.number,
        min({{ packed_distance(squared_distance('vectors', 'centroids', columns), 'centroids.centroid') }}, {{ probes }}) as packed
    from {{ vectors }} as vectors
    cross join {{ centroids }} as centroids
    group by vectors.number
)

select
    nearest.number,
    {{ unpacked_number('probe.packed') }} as centroid,
    probe.position
from nearest
cross join unnest(nearest.packed) with ordinality as probe (packed, position)
{%- endmacro %}
