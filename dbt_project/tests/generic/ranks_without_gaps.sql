{# Within each group `rank` runs 1, 2, 3 .. without gap or repetition. #}
{% test ranks_without_gaps(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <> count(*)
{% endtest %}
