{# None of these columns is null in any row. One query for all of them: Athena bills and starts each query by itself. #}
{% test never_null(model, columns) %}
select *
from {{ model }}
where {{ columns | join(' is null or ') }} is null
{% endtest %}
