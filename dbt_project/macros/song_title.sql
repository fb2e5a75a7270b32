{# A title reduced to what names the song: lower case, without version notes in brackets, after a dash or at the end, without spaces and
   punctuation. "Hello (Live) - Remastered 2011", "Hello Japanese ver." and "hello" are one song; "Suite - Prelude" keeps its movement. #}
{% macro song_title(column) -%}
    {%- set words = 'remaster|live|version|ver[.]|edit|mix|mono|stereo|acoustic|demo|instrumental|radio|bonus|feat|ft[.]|with |unplugged|session|recorded|recording|deluxe|from | ost|in concert|en vivo|ao vivo|라이브|커버|karaoke| cover|originally performed|in the style of|made famous|tribute to' -%}
    {%- set in_squares = regexp_replace_all('lower(' ~ column ~ ')', '\\[[^\\]]*(' ~ words ~ ')[^\\]]*\\]') -%}
    {%- set in_brackets = regexp_replace_all(in_squares, '[(\\[]([^)\\]]*(' ~ words ~ ')[^)\\]]*|mr|inst[.]?|cover)[)\\]]') -%}
    {%- set after_dash = regexp_replace_all(in_brackets, ' - [^-]*(' ~ words ~ ').*$') -%}
    {%- set at_the_end = regexp_replace_all(after_dash, '[ -]+(([^ ]+ )?(version|ver[.])|hidden track|remix)[ -]*$') -%}
    coalesce(
        nullif({{ regexp_replace_all(at_the_end, '[\\s\\p{P}\\p{S}]+') }}, ''),
        lower({{ column }})
    )
{%- endmacro %}

{# The title in a recording's key. It stands for the song: covers, and what one act recorded under two names, share it. #}
{% macro title_of_recording(recording_key) -%}
    substr({{ recording_key }}, strpos({{ recording_key }}, '|') + 1)
{%- endmacro %}
