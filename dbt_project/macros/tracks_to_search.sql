{# What int_track_pairs and int_track_neighbours have to work on, as subqueries: everything, or what is new since the build that left
   `previous`. #}

{# Tracks that are new or have changed. #}
{% macro changed_tracks(previous) -%}
(
    select * from {{ ref('int_track_vectors') }}
    {% if previous %}where changed_at > (select coalesce(max(changed_at), 0) from {{ previous }}){% endif %}
)
{%- endmacro %}

{# Numbers of tracks to search for: those that changed, and those of whose neighbours one changed or is gone. #}
{% macro affected_tracks(previous) -%}
(
    select number from {{ changed_tracks(previous) }}
    {% if previous %}
    union all
    select number from {{ previous }}
    where
        neighbour_number in (select number from {{ changed_tracks(previous) }})
        or neighbour_number not in (select number from {{ ref('int_track_vectors') }})
    {% endif %}
)
{%- endmacro %}

{# Vectors of the same. #}
{% macro tracks_to_search(previous) -%}
{%- if previous -%}
(select * from {{ ref('int_track_vectors') }} where number in {{ affected_tracks(previous) }})
{%- else -%}
{{ ref('int_track_vectors') }}
{%- endif -%}
{%- endmacro %}

{# Pairs of tracks some of whose pairs are new: of each kind the 25 nearest, which int_track_pairs may have more of. #}
{% macro pairs_to_rank(previous) -%}
{%- if previous -%}
(
    select * from (
        select
            *,
            row_number() over (partition by number, is_other_artist order by packed) as place
        from {{ ref('int_track_pairs') }}
        where number in (
            select number from {{ ref('int_track_pairs') }}
            group by number
            having max(changed_at) > (select coalesce(max(changed_at), 0) from {{ previous }})
        )
    )
    where place <= 25
)
{%- else -%}
{{ ref('int_track_pairs') }}
{%- endif -%}
{%- endmacro %}
