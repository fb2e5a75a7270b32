{# Centroids for blocking `vectors` (number, sort_key, standardised columns): about `density` * sqrt(n) of its rows, chosen by the
   hash in `sort_key`, then moved to the mean of what is nearest to them, `steps` times, among the first 8 rows a centroid by the
   same hash: more rows move them no better. Centroids only route: their values are rounded so that every engine routes alike. #}
{% macro blocking_centroids(vectors, columns, density=2.0, steps=2) -%}
with sampled as (
    select
        numbered.*,
        ceil({{ density }} * sqrt(counted.size)) as size
    from (
        select
            number,
            row_number() over (order by sort_key, number) as centroid{% for column in columns %},
            {{ column }}{% endfor %}
        from {{ vectors }}
    ) as numbered
    cross join (select count(*) as size from {{ vectors }}) as counted
    where numbered.centroid <= 8 * ceil({{ density }} * sqrt(counted.size))
),

chosen_0 as (
    select
        centroid{% for column in columns %},
        coalesce({{ column }}, 0.0) as {{ column }}{% endfor %}
    from sampled
    where centroid <= size
)
{%- for step in range(1, steps + 1) %},

nearest_{{ step }} as (
    select
        sampled.number,
        {{ unpacked_number('min(' ~ packed_distance(squared_distance('sampled', 'centroids', columns), 'centroids.centroid') ~ ')') }} as centroid
    from {{ single_precision('sampled', 'number', columns) }} as sampled
    cross join {{ single_precision('chosen_' ~ (step - 1), 'centroid', columns) }} as centroids
    group by sampled.number
),

chosen_{{ step }} as (
    select
        nearest.centroid{% for column in columns %},
        round(coalesce({{ exact_mean('sampled.' ~ column) }}, 0.0), 6) as {{ column }}{% endfor %}
    from nearest_{{ step }} as nearest
    inner join sampled
        on nearest.number = sampled.number
    group by nearest.centroid
)
{%- endfor %}

select * from chosen_{{ steps }}
{%- endmacro %}

{# The `probes` nearest centroids of each row, nearest first, as packed distances: the first is that of the block the row is in.
   One centroid in eight stands for all: within the distance at which twice `probes` are to be expected only so many stand in line
   for the aggregate, which is what takes the time. Where they are fewer than `probes`, so are the blocks that the row probes. #}
{% macro blocking_routes(vectors, centroids, columns, probes) -%}
{% set squared = squared_distance('vectors', 'centroids', columns) -%}
{% set expected = (probes * 2 / 8) | round(0, 'ceil') | int -%}
{% set vectors = single_precision(vectors, 'number', columns) -%}
{% set centroids = single_precision(centroids, 'centroid', columns) -%}
with limits as (
    select
        vectors.number,
        min({{ squared }}, {{ expected }})[{{ expected }}] as farthest
    from {{ vectors }} as vectors
    cross join {{ centroids }} as centroids
    where centroids.centroid % 8 = 0
    group by vectors.number
    having count(*) >= {{ expected }}
)

select
    vectors.number,
    min({{ packed_distance(squared, 'centroids.centroid') }}, {{ probes }}) as probes
from {{ vectors }} as vectors
left join limits
    on vectors.number = limits.number
cross join {{ centroids }} as centroids
where {{ squared }} <= coalesce(limits.farthest, 9e9)
group by vectors.number
{%- endmacro %}

{# The same, a row for each. #}
{% macro blocking_probes(vectors, centroids, columns, probes) -%}
with nearest as (
    {{ blocking_routes(vectors, centroids, columns, probes) }}
)

select
    nearest.number,
    {{ unpacked_number('probe.packed') }} as centroid,
    probe.position
from nearest
cross join unnest(nearest.probes) with ordinality as probe (packed, position)
{%- endmacro %}

{# The columns in single precision, enough to route by, as a subquery. `distinct` drops nothing; it hands the rows out in parts, since
   DuckDB would have one thread read a table of fewer than 122,880 rows and do with them what follows. #}
{% macro single_precision(relation, key, columns) -%}
(
    select distinct
        {{ key }}{% for column in columns %},
        cast({{ column }} as real) as {{ column }}{% endfor %}
    from {{ relation }} as rows_in_double
)
{%- endmacro %}
