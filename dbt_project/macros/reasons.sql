{# Which features to name as a reason. Rows agree tellingly in a feature when both are alike and unlike the rest: the distance of
   their mean from the catalogue's mean, less the gap between the two, all in standard deviations, is at least 0.5. Named are the
   `count` most telling features; where none is telling, the one in which the two are closest. Ties go by name.
   `mine`, `theirs`: aliases of rows standardised over the catalogue (mean 0, deviation 1).
   For sorting without a row per feature, each is one whole number: its preference (3,000 less the telling; 6,000 and the gap where not
   telling; 9,000 where a value is missing) to six decimals, then its place in the alphabet. #}
{% macro telling_keys(mine, theirs, features) -%}
    array_sort(array[
        {%- for feature in features | sort %}
        cast(round(1000000.0 * {{ telling_preference(mine ~ '.' ~ feature, theirs ~ '.' ~ feature) }}) as bigint) * 16 + {{ loop.index0 }}{{ ',' if not loop.last }}
        {%- endfor %}
    ])
{%- endmacro %}

{% macro telling_preference(mine, theirs) -%}
    case
        when abs({{ mine }} + {{ theirs }}) / 2.0 - abs({{ mine }} - {{ theirs }}) >= 0.5
            then 3000.0 - least(abs({{ mine }} + {{ theirs }}) / 2.0 - abs({{ mine }} - {{ theirs }}), 2999.0)
        else coalesce(6000.0 + {{ at_most('abs(' ~ mine ~ ' - ' ~ theirs ~ ')', 2999.0) }}, 9000.0)
    end
{%- endmacro %}

{# The JSON text of the features that `keys` puts first, as items of a list.
   `mine`, `theirs`: what stands before the names of the columns with the values as given, `<feature>_text`, as JSON. #}
{% macro closest_features(keys, mine, theirs, features, count=3) -%}
    concat_ws(
        ','
        {%- for place in range(1, count + 1) %},
        case
            when {{ keys }}[{{ place }}] >= {{ 144000000000 if place == 1 else 96000000000 }} then null
            {%- for feature in features | sort %}
            when {{ keys }}[{{ place }}] % 16 = {{ loop.index0 }}
                then '{"feature":"{{ feature }}","mine":' || {{ mine }}{{ feature }}_text || ',"theirs":' || {{ theirs }}{{ feature }}_text || '}'
            {%- endfor %}
        end
        {%- endfor %}
    )
{%- endmacro %}

{% macro feature_reason(feature, mine, theirs) -%}
    '{"feature":"{{ feature }}","mine":' || {{ json_number(mine) }} || ',"theirs":' || {{ json_number(theirs) }} || '}'
{%- endmacro %}

{# A number as JSON, with three decimals. Rounded as a double, since engines differ in how they make a decimal of 0.0005. #}
{% macro json_number(expression) -%}
    cast(cast(round({{ expression }} * 1000.0) as decimal(18, 0)) * cast(0.001 as decimal(3, 3)) as varchar)
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
