{# Every expression holds in every row; unknown is as wrong as false. #}
{% test always_true(model, expressions) %}
select *
from {{ model }}
where not coalesce({{ expressions | join(', false) or not coalesce(') }}, false)
{% endtest %}
