{# The expression holds in every row; unknown is as wrong as false. #}
{% test always_true(model, expression) %}
select *
from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}
