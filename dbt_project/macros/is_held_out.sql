{# Whether an artist is kept back from tuning: about 31 % of them, by the first hexadecimal digit of their id's MD5, so that a build
   on any engine, and Python's hashlib, tell the same. Weights are tuned on the others only; quality is reported of both. #}
{% macro is_held_out(artist_id) -%}
    substr({{ dbt.hash(artist_id) }}, 1, 1) in ('0', '1', '2', '3', '4')
{%- endmacro %}
