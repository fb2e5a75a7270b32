{# What a listener hears in a song, each told from its audio values as given: bounds that all have to hold, the first of which is the
   value shown. Bounds are near the ends of the development catalogue (the first holds for 1 to 20 % of its tracks), and mean what
   providers document: instrumentalness from .8 hardly has a voice, speechiness from .3 is rap or talk. A tempo may be counted at half
   or double, so that only a song of little energy is slow and only one of much is fast. `but`: what says more, and is said instead. #}
{% macro audio_traits() -%}
    {{ return([
        {'name': 'acoustic', 'bounds': [('acousticness', '>=', 0.65)]},
        {'name': 'calm', 'bounds': [('energy', '<=', 0.35)], 'but': 'quiet'},
        {'name': 'cheerful', 'bounds': [('valence', '>=', 0.8)]},
        {'name': 'danceable', 'bounds': [('danceability', '>=', 0.75)]},
        {'name': 'dark', 'bounds': [('valence', '<=', 0.25), ('energy', '>=', 0.7)]},
        {'name': 'electric', 'bounds': [('acousticness', '<=', 0.005), ('energy', '>=', 0.75)]},
        {'name': 'energetic', 'bounds': [('energy', '>=', 0.82)], 'but': 'loud'},
        {'name': 'fast', 'bounds': [('tempo', '>=', 140.0), ('energy', '>=', 0.65)]},
        {'name': 'instrumental', 'bounds': [('instrumentalness', '>=', 0.75)]},
        {'name': 'live', 'bounds': [('liveness', '>=', 0.75)]},
        {'name': 'loud', 'bounds': [('loudness', '>=', -4.5), ('energy', '>=', 0.85)]},
        {'name': 'melancholic', 'bounds': [('valence', '<=', 0.3), ('energy', '<=', 0.55)]},
        {'name': 'quiet', 'bounds': [('loudness', '<=', -10.0), ('energy', '<=', 0.35)]},
        {'name': 'slow', 'bounds': [('tempo', '<=', 90.0), ('energy', '<=', 0.55)]},
        {'name': 'wordy', 'bounds': [('speechiness', '>=', 0.25)]},
    ]) }}
{%- endmacro %}

{# Whether a row has the trait. `row` here, and `mine` and `theirs` below: what stands before the names of its columns, as in `tracks.`. #}
{% macro has_trait(row, name) -%}
    {%- for trait in audio_traits() if trait.name == name -%}
    {%- for feature, comparison, bound in trait.bounds -%}
    {{ ' and ' if not loop.first }}{{ row }}{{ feature }} {{ comparison }} {{ bound }}
    {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{# The share of rows with each trait, as columns: how ordinary the trait is. #}
{% macro trait_shares(row) -%}
    {%- for trait in audio_traits() %}
    round(cast(count(case when {{ has_trait(row, trait.name) }} then 1 end) as double) / count(*), 6) as {{ trait.name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Which traits both rows have, the rarest first: a whole number each, its share in millionths, then its place in the alphabet.
   One that more than a quarter of the catalogue has says nothing there, and comes last as those do that are not shared. #}
{% macro shared_trait_keys(mine, theirs, shares) -%}
    array_sort(array[
        {%- for trait in audio_traits() %}
        case
            {%- if trait.but %}
            when {{ has_trait(mine, trait.but) }} and {{ has_trait(theirs, trait.but) }} then 32000000
            {%- endif %}
            when {{ has_trait(mine, trait.name) }} and {{ has_trait(theirs, trait.name) }} and {{ shares }}{{ trait.name }} <= 0.25
                then cast(round(1000000.0 * {{ shares }}{{ trait.name }}) as bigint) * 32 + {{ loop.index0 }}
            else 32000000
        end{{ ',' if not loop.last }}
        {%- endfor %}
    ])
{%- endmacro %}

{# The traits that `keys` puts first, as items of a JSON list, each with the value that it is told from on both sides. #}
{% macro shared_traits(keys, mine, theirs, count=3) -%}
    concat_ws(
        ','
        {%- for place in range(1, count + 1) %},
        case
            when {{ keys }}[{{ place }}] >= 32000000 then null
            {%- for trait in audio_traits() %}
            when {{ keys }}[{{ place }}] % 32 = {{ loop.index0 }}
                then '{"trait":"{{ trait.name }}",' || substr({{ feature_reason(trait.bounds[0][0], mine ~ trait.bounds[0][0], theirs ~ trait.bounds[0][0]) }}, 2)
            {%- endfor %}
        end
        {%- endfor %}
    )
{%- endmacro %}

{# How far apart two songs may be to be called very close in a value: hardly to be heard. What is heard first comes first. Values that
   are the same for most songs (no voice, no audience, no speech, nothing acoustic) are never called close. #}
{% macro hardly_heard() -%}
    {{ return({'tempo': 4.0, 'energy': 0.05, 'valence': 0.05, 'danceability': 0.05}) }}
{%- endmacro %}

{# The places in `hardly_heard` of the values in which two rows are very close, in its order; 99 stands for no value. #}
{% macro close_keys(mine, theirs) -%}
    array_sort(array[
        {%- for feature, limit in hardly_heard().items() %}
        case when abs({{ mine }}{{ feature }} - {{ theirs }}{{ feature }}) <= {{ limit }} then {{ loop.index0 }} else 99 end{{ ',' if not loop.last }}
        {%- endfor %}
    ])
{%- endmacro %}

{% macro close_features(keys, mine, theirs, count=2) -%}
    concat_ws(
        ','
        {%- for place in range(1, count + 1) %},
        case {{ keys }}[{{ place }}]
            {%- for feature in hardly_heard() %}
            when {{ loop.index0 }} then {{ feature_reason(feature, mine ~ feature, theirs ~ feature) }}
            {%- endfor %}
        end
        {%- endfor %}
    )
{%- endmacro %}
