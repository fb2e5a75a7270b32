"""Names -> what bears them: questions to serving table `names`, one statement each. Keys are made in Postgres alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import DictRow

from chalicelib.snapshot import Snapshot

_MANY = 40  # rows for one key; a title can have hundreds


@dataclass(frozen=True)
class Match:
    """An artist (`kind` artist) or a song (`kind` track) with the asked key.

    `form` is name, alias, title or short title; `is_exact`: typed with marks or an article, and these agree too.
    """

    kind: str
    subject_id: str
    form: str
    confidence: float = 1.0
    popularity: int | None = None
    is_exact: bool = False
    key: str = ""


@dataclass(frozen=True)
class Asked:
    """One asked text: its search key ("" for blanks and invisible characters alone), and what has that key."""

    key: str
    matches: tuple[Match, ...]


def named(snapshot: Snapshot, texts: Sequence[str]) -> list[Asked]:
    """For each text everything by that name: artists first, then songs, the best known first."""
    rows = snapshot.rows(
        """
        with asked as materialized (
            select place, coalesce(serving.search_key(text), '') as key, serving.exact_key(text) as exact_key
            from unnest(%(texts)s::text[]) with ordinality as given (text, place)
        )
        select
            asked.place, asked.key, found.*,
            found.exact_key = asked.exact_key and replace(asked.exact_key, ' ', '') <> asked.key as is_exact
        from asked
        left join lateral (
            select names.kind, names.subject_id, names.form, names.confidence, names.popularity, names.exact_key
            from {s}.names
            where names.search_key = asked.key and asked.key <> ''
            order by names.kind, names.form = 'short title', names.popularity desc nulls last, names.subject_id
            limit %(many)s
        ) as found on true
        order by asked.place, found.kind, found.form = 'short title', found.popularity desc nulls last, found.subject_id
        """,
        texts=list(texts),
        many=_MANY,
    )
    places: dict[int, list[DictRow]] = {}
    for row in rows:
        places.setdefault(row["place"], []).append(row)
    return [Asked(rows[0]["key"], _matches(rows)) for _, rows in sorted(places.items())]


def titled_by(snapshot: Snapshot, cuts: Sequence[tuple[str, str]]) -> list[Match]:
    """Songs whose title is one side of a cut and whose artist is the other; best known first."""
    rows = snapshot.rows(
        """
        with sides as materialized (
            select serving.search_key(one) as one, serving.search_key(other) as other
            from unnest(%(ones)s::text[], %(others)s::text[]) as given (one, other)
        ),
        readings as (
            select one as title_key, other as artist_key from sides
            union
            select other as title_key, one as artist_key from sides
        ),
        artists as materialized (
            select readings.title_key, names.subject_id as artist_id, names.confidence
            from readings
            inner join {s}.names on names.search_key = readings.artist_key and names.kind = 'artist'
            where readings.title_key <> ''
        ),
        titles as materialized (
            select
                artists.artist_id, artists.confidence,
                names.subject_id, names.form, names.popularity, names.search_key
            from artists
            inner join {s}.names on names.search_key = artists.title_key and names.kind = 'track'
        )
        select
            'track' as kind, titles.subject_id, min(titles.form) as form, max(titles.confidence) as confidence,
            max(titles.popularity) as popularity, false as is_exact, max(titles.search_key) as key
        from titles
        inner join {s}.artist_tracks as credits
            on titles.artist_id = credits.artist_id and titles.subject_id = credits.track_id
        group by titles.subject_id
        order by min(titles.form) desc, max(titles.popularity) desc nulls last, titles.subject_id
        limit %(many)s
        """,
        ones=[one for one, _ in cuts],
        others=[other for _, other in cuts],
        many=_MANY,
    )
    return list(_matches(rows))


def like(snapshot: Snapshot, key: str, others: Sequence[str], likeness: float) -> list[Match]:
    """What has a key that resembles this one by its trigrams, the likest first; or has one of the others."""
    snapshot.rows("select set_config('pg_trgm.similarity_threshold', %(value)s, true)", value=str(likeness))
    rows = snapshot.rows(
        """
        with likely as materialized (
            select names.*, similarity(normalize(search_key, nfd), normalize(%(key)s, nfd)) as likeness
            from {s}.names
            where normalize(search_key, nfd) %% normalize(%(key)s, nfd)
            union
            select names.*, 1 as likeness
            from {s}.names
            where names.search_key = any(%(others)s)
        ),
        ranked as (
            select
                *,
                row_number() over (
                    partition by search_key, kind order by popularity desc nulls last, subject_id
                ) as rank
            from likely
        )
        select kind, subject_id, form, confidence, popularity, false as is_exact, search_key as key
        from ranked
        where rank <= 3
        order by likeness desc, kind, popularity desc nulls last, subject_id
        limit %(many)s
        """,
        key=key,
        others=list(others),
        many=_MANY,
    )
    return list(_matches(rows))


def _matches(rows: Sequence[DictRow]) -> tuple[Match, ...]:
    return tuple(
        Match(
            kind=row["kind"],
            subject_id=row["subject_id"],
            form=row["form"],
            confidence=float(row["confidence"]),
            popularity=row["popularity"],
            is_exact=bool(row["is_exact"]),
            key=row["key"],
        )
        for row in rows
        if row["kind"]
    )
