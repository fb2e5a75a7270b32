{# The JSON text of the `count` features in which two rows are closest, measured in standardised columns and shown in raw ones.
   `mine`, `theirs`: aliases of the standardised rows; `my_values`, `their_values`: aliases of the raw ones.
   Each difference is packed with the feature's place into one whole number, so that sorting needs no row per feature. #}
{% macro closeness_keys(mine, theirs, features) -%}
    array_sort(array[
        {%- for feature in features %}
        coalesce(cast(round(least(abs({{ mine }}.{{ feature }} - {{ theirs }}.{{ feature }}), 1000.0) * 1000000000.0) as bigint), 2000000000000) * 16 + {{ loop.index0 }}{{ ',' if not loop.last }}
        {%- endfor %}
    ])
{%- endmacro %}

{% macro closest_features(keys, my_values, their_values, features, suffix='', count=3) -%}
    concat_ws(
        ','
        {%- for place in range(1, count + 1) %},
        case
            when {{ keys }}[{{ place }}] >= 32000000000000 then null
            {%- for feature in features %}
            when {{ keys }}[{{ place }}] % 16 = {{ loop.index0 }}
                then {{ feature_reason(feature, my_values ~ '.' ~ feature ~ suffix, their_values ~ '.' ~ feature ~ suffix) }}
            {%- endfor %}
        end
        {%- endfor %}
    )
{%- endmacro %}

{% macro feature_reason(feature, mine, theirs) -%}
    '{"feature":"{{ feature }}","mine":' || {{ json_number(mine) }} || ',"theirs":' || {{ json_number(theirs) }} || '}'
{%- endmacro %}

{# A number as JSON, with three decimals. #}
{% macro json_number(expression) -%}
    cast(cast({{ expression }} as decimal(18, 3)) as varchar)
{%- endmacro %}

{# One key of a JSON object, with its comma before it; nothing where the value is null or empty. #}
{% macro json_list_entry(key, items) -%}
    case when {{ items }} <> '' then ',"{{ key }}":[' || {{ items }} || ']' else '' end
{%- endmacro %}

{% macro json_entry(key, value) -%}
    coalesce(',"{{ key }}":' || {{ value }}, '')
{%- endmacro %}

{# An object from entries that begin with a comma. #}
{% macro json_object_of(entries) -%}
    '{' || substr({{ entries | join(' || ') }}, 2) || '}'
{%- endmacro %}
