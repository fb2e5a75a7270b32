-- Schema `serving`: the pointer, the list of generations, and the two functions that normalise names.
-- Run by every publish; changes nothing where it is all there.
create schema if not exists serving;
create extension if not exists pg_trgm;

create table if not exists serving.current (
    generation text not null,
    published_at timestamptz not null default now(),
    run_id text not null
);
create unique index if not exists current_has_one_row on serving.current ((true));

create table if not exists serving.generations (
    generation text primary key,
    run_id text not null,
    published_at timestamptz not null default clock_timestamp(),
    left_at timestamptz,
    written_back_at timestamptz,
    row_counts jsonb not null
);
alter table serving.generations add column if not exists written_back_at timestamptz;

-- Case, width, accents, quotes, hyphens, `&` and invisible characters folded; blanks collapsed. Word order, blanks and
-- other punctuation stay. The collation makes it the same in every database, whatever its locale.
create or replace function serving.exact_key(name text) returns text language sql immutable strict parallel safe as $$
    select btrim(regexp_replace(
        normalize(translate(
            replace(replace(replace(replace(
                lower(normalize(
                    regexp_replace(
                        normalize(
                            regexp_replace(
                                name,
                                '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]',
                                '', 'g'
                            ),
                            nfkd
                        ),
                        '[\u0300-\u036f\u0591-\u05bd\u064b-\u0652\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'
                    ),
                    nfkc
                ) collate "pg_c_utf8"),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), '&', ' and '),
            'øłđðħıςþ‘’‚‛′´`“”„‟″‐‑‒–—―−♯$',
            'olddhiσt''''''''''''''"""""-------#s'
        ), nfkc),
        '[[:space:][:cntrl:]]+', ' ', 'g'
    ) collate "pg_c_utf8")
$$;

-- The key that names are found by: the exact key without a leading "the", blanks and punctuation.
-- A name of punctuation only, such as "!!!", keeps it.
create or replace function serving.search_key(name text) returns text language sql immutable strict parallel safe as $$
    select normalize(coalesce(
        nullif(regexp_replace(shortened, '[[:space:][:punct:][:cntrl:]]+', '', 'g'), ''),
        replace(shortened, ' ', '')
    ), nfkc)
    from (select regexp_replace(serving.exact_key(name), '^the +(?=[^ ])', '') collate "pg_c_utf8" as shortened) as keys
$$;
