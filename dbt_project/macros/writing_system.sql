{# The writing system of a name: the rarest one it contains wins, so that `BTS 방탄소년단` is hangul. #}
{% macro writing_system(column) -%}
    case
        when {{ regexp_found(column, '[가-힣ᄀ-ᇿㄱ-ㆎ]') }} then 'hangul'
        when {{ regexp_found(column, '[ぁ-ヿｦ-ﾟ]') }} then 'kana'
        when {{ regexp_found(column, '[一-鿿]') }} then 'han'
        when {{ regexp_found(column, '[Ѐ-ӿ]') }} then 'cyrillic'
        when {{ regexp_found(column, '[A-Za-zÀ-ɏ]') }} then 'latin'
        else 'other'
    end
{%- endmacro %}
