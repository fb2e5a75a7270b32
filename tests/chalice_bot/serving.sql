create extension pg_trgm;
create schema serving;
create table serving.current (generation text not null, published_at timestamptz default now(), run_id text);
create function serving.search_key(text) returns text language sql immutable strict parallel safe as $$
    select btrim(regexp_replace(
        translate(
            replace(lower(normalize(
                regexp_replace($1, '[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'), nfkc)), '&', ' and '),
            '‘’‛′“”‐‑–—', '''''''''""----'),
        '\s+', ' ', 'g'))
$$;
