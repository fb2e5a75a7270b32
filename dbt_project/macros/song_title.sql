{# A title reduced to what names the song: lower case, without version notes in brackets or after a dash, without spaces and
   punctuation. "Hello (Live) - Remastered 2011" and "hello" are one song; "Suite - Prelude" keeps its movement. #}
{% macro song_title(column) -%}
    {%- set words = 'remaster|live|version|edit|mix|mono|stereo|acoustic|demo|instrumental|radio|bonus|feat|ft[.]|with |unplugged|session|recorded|deluxe|from ' -%}
    {%- set in_brackets = regexp_replace_all('lower(' ~ column ~ ')', '[(\\[][^)\\]]*(' ~ words ~ ')[^)\\]]*[)\\]]') -%}
    {%- set after_dash = regexp_replace_all(in_brackets, ' - [^-]*(' ~ words ~ ').*$') -%}
    coalesce(
        nullif({{ regexp_replace_all(after_dash, '[\\s\\p{P}\\p{S}]+') }}, ''),
        lower({{ column }})
    )
{%- endmacro %}
