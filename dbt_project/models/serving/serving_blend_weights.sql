{# The weights of the blend that this generation was built with. #}
{{ config(alias='blend_weights') }}
select
    {%- for signal, weight in blend_weights().items() %}
    cast({{ weight }} as double precision) as {{ signal }}{{ ',' if not loop.last }}
    {%- endfor %}
