"""Neighbours of an artist that is in no build yet, from what was learned of it and the published genres and weights.

The blend of `dbt_project/`, without what only a build can know: genres that are merely related, and how far an artist's
songs spread. The next build says it again with everything, so these are labelled as provisional.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log10
from statistics import fmean
from typing import Any, LiteralString

from chalicelib.learned import Learned
from chalicelib.music import SimilarArtist, artist_of
from chalicelib.snapshot import Snapshot

Json = dict[str, Any]
FEATURES = (
    *("danceability", "energy", "loudness", "speechiness", "acousticness"),
    *("instrumentalness", "liveness", "valence", "tempo"),
)
"""In the order of macro audio_features, as serving table artist_sounds has them."""
Sound = Sequence[float | None]


@dataclass(frozen=True)
class Described:
    """What neighbours are looked for by; what is unknown is empty or None.

    `genres`: genre -> weight up to 1. `features`: mean values as `features_provider` gives them. `credits`: artist id
    -> tracks made together.
    """

    genres: dict[str, float] = field(default_factory=dict)
    features_provider: str | None = None
    features: dict[str, float] = field(default_factory=dict)
    credits: dict[str, int] = field(default_factory=dict)
    mean_year: float | None = None
    audience: float | None = None
    popularity: int | None = None


def describe(learned: Learned) -> Described:
    """Bring what providers said into the form that neighbours are looked for by."""
    provider, features = _features(learned)
    others = Counter(
        one["artist_id"]
        for track in learned.tracks
        for one in track.get("artists") or ()
        if one.get("artist_id") != learned.artist_id
    )
    years = [int(date[:4]) for track in learned.tracks if (date := str(track.get("release_date") or ""))[:4].isdigit()]
    followers = learned.artist.get("followers")
    popularity = learned.artist.get("popularity")
    return Described(
        genres=_genres(learned.artist),
        features_provider=provider,
        features=features,
        credits=dict(others),
        mean_year=fmean(years) if years else None,
        audience=log10(float(followers)) if followers else None,
        popularity=None if popularity is None else int(popularity),
    )


def neighbours(snapshot: Snapshot, artist_id: str, described: Described, limit: int = 10) -> list[SimilarArtist]:
    """The nearest published artists, the best first, with score and reasons in the form of `artist_similarity`."""
    sound = _standardised(snapshot, described)
    rows = snapshot.rows(
        _QUERY,
        own=artist_id,
        genres=list(described.genres),
        weights=list(described.genres.values()),
        credited=list(described.credits),
        shared=list(described.credits.values()),
        provider=described.features_provider,
        sound=sound,
        year=described.mean_year,
        audience=described.audience,
        popularity=described.popularity,
        limit=limit,
    )
    songs = snapshot.first_songs([row["artist_id"] for row in rows])
    return [
        SimilarArtist(artist_of(row), float(row["score"]), _reasons(row, described, sound), songs.get(row["artist_id"]))
        for row in rows
    ]


def _genres(artist: Json) -> dict[str, float]:
    """As the build counts them: a listed genre in full, a voted one by its share of the largest vote."""
    voted = {one["genre"]: float(one["votes"]) for one in artist.get("musicbrainz_genres") or ()}
    most = max(voted.values(), default=1.0)
    weights: defaultdict[str, float] = defaultdict(float)
    given = [*((genre, 1.0) for genre in artist.get("genres") or ()), *((one, v / most) for one, v in voted.items())]
    for genre, weight in given:
        if key := genre.strip().lower():
            weights[key] = max(weights[key], weight)
    return dict(weights)


def _features(learned: Learned) -> tuple[str | None, dict[str, float]]:
    """Mean values of the provider that knows most of the tracks."""
    known = [track for track in learned.tracks if track.get("features")]
    if not known:
        return None, {}
    provider = Counter(str(track["features_provider"]) for track in known).most_common(1)[0][0]
    values: defaultdict[str, list[float]] = defaultdict(list)
    for track in known:
        if track["features_provider"] == provider:
            for name in FEATURES:
                if name in track["features"]:
                    values[name].append(float(track["features"][name]))
    return provider, {name: fmean(given) for name, given in values.items()}


def _standardised(snapshot: Snapshot, described: Described) -> Sound:
    """The values in deviations from the mean of their provider, in the order of FEATURES; none without a scale."""
    query: LiteralString = "select * from {s}.audio_scales where features_provider = %(provider)s"
    scales = snapshot.rows(query, provider=described.features_provider)
    if not scales:
        return []
    gaps = {name: value - scales[0][f"{name}_mean"] for name, value in described.features.items()}
    return [
        gaps[one] / scales[0][f"{one}_deviation"]
        if gaps.get(one) is not None and scales[0][f"{one}_deviation"]
        else None
        for one in FEATURES
    ]


def _telling(mine: Sound, theirs: Sound) -> list[str]:
    """Features in which both are alike and unlike the rest, the most telling first, as macro telling_keys has it."""
    found = [
        (abs(one + other) / 2 - abs(one - other), name)
        for name, one, other in zip(FEATURES, mine, theirs, strict=False)
        if one is not None and other is not None
    ]
    return [name for telling, name in sorted(found, key=lambda pair: (-pair[0], pair[1])) if telling >= 0.5][:3]


def _reasons(row: Json, described: Described, sound: Sound) -> Json:
    reasons: Json = {}
    if row["shared_genres"]:
        reasons["shared_genres"] = row["shared_genres"][:5]
    if telling := _telling(sound, row["sound"] or ()):
        reasons["closest_features"] = [{"feature": name} for name in telling]
        reasons["features_provider"] = described.features_provider
    if row["shared_tracks"]:
        reasons["shared_tracks"] = row["shared_tracks"]
    if described.mean_year and row["mean_year"] and abs(described.mean_year - float(row["mean_year"])) <= 10:
        reasons["years"] = [round(described.mean_year), round(float(row["mean_year"]))]
    return reasons


# Candidates and signals are those of int_artist_pairs, and the score that of macro blend_score, but for what a build
# alone knows: related genres, so that relatedness is the cosine of equal genres. Sound is compared where both have
# values of one provider. `least` of Postgres passes over nulls, so what is unknown is kept out of it.
_QUERY: LiteralString = """
with genres as (
    select given.genre, given.weight
    from unnest(%(genres)s::text[], %(weights)s::float8[]) as given (genre, weight)
),

credits as (
    select given.artist_id, given.shared_tracks
    from unnest(%(credited)s::text[], %(shared)s::bigint[]) as given (artist_id, shared_tracks)
),

met as (
    select
        theirs.artist_id,
        sum(least(genres.weight, theirs.weight)) as shared_weight,
        sum(genres.weight * theirs.weight) as product,
        array_agg(genres.genre order by known.weight desc, genres.genre) as shared_genres
    from genres
    inner join {s}.artist_genres as theirs on theirs.genre = genres.genre
    inner join {s}.dim_genres as known on known.genre = genres.genre
    where theirs.artist_id <> %(own)s
    group by theirs.artist_id
),

alike as (
    select
        met.artist_id,
        met.shared_genres,
        met.shared_weight,
        met.shared_weight / (mine.weight + sum(theirs.weight) - met.shared_weight) as overlap,
        met.product / (mine.length * sqrt(sum(theirs.weight * theirs.weight))) as relatedness
    from met
    inner join {s}.artist_genres as theirs on theirs.artist_id = met.artist_id
    cross join (select sum(weight) as weight, sqrt(sum(weight * weight)) as length from genres) as mine
    group by met.artist_id, met.shared_genres, met.shared_weight, met.product, mine.weight, mine.length
),

sounding as (
    select
        sounds.artist_id,
        sounds.sound,
        (
            select sqrt(sum(coalesce(power(pair.mine - pair.theirs, 2), 1.0)))
            from unnest(%(sound)s::float8[], sounds.sound) as pair (mine, theirs)
        ) as distance
    from {s}.artist_sounds as sounds
    inner join {s}.dim_artists as artists on artists.artist_id = sounds.artist_id
    where artists.features_provider = %(provider)s and artists.artist_id <> %(own)s
),

acquaintances as (
    select theirs.artist_id
    from credits
    inner join {s}.artist_tracks as mine on mine.artist_id = credits.artist_id
    inner join {s}.artist_tracks as theirs on theirs.track_id = mine.track_id
    where theirs.artist_id <> %(own)s and theirs.artist_id <> credits.artist_id
    group by theirs.artist_id
    order by count(distinct credits.artist_id) desc, theirs.artist_id
    limit 50
),

candidates as (
    (select artist_id from alike order by relatedness desc, artist_id limit 200)
    union
    select artist_id from credits where artist_id <> %(own)s
    union
    select artist_id from acquaintances
    union
    (select artist_id from sounding order by distance, artist_id limit 50)
),

compared as (
    select
        candidates.artist_id,
        alike.shared_genres,
        sounding.sound,
        credits.shared_tracks,
        sounds.mean_year,
        signals.*
    from candidates
    inner join {s}.dim_artists as artists on artists.artist_id = candidates.artist_id
    left join alike on alike.artist_id = candidates.artist_id
    left join sounding on sounding.artist_id = candidates.artist_id
    left join credits on credits.artist_id = candidates.artist_id
    left join acquaintances on acquaintances.artist_id = candidates.artist_id
    left join {s}.artist_sounds as sounds on sounds.artist_id = candidates.artist_id
    cross join lateral (
        select
            abs(%(audience)s::float8 - log(nullif(artists.followers, 0)::float8)) as audience,
            abs(%(popularity)s::float8 - artists.popularity) as popularity,
            abs(%(year)s::float8 - sounds.mean_year) as years
    ) as gaps
    cross join lateral (
        values
        ('shared_weight', coalesce(alike.shared_weight, 0)),
        ('relatedness', coalesce(alike.relatedness, 0)),
        (
            'collaboration',
            case when credits.shared_tracks > 0 then 1 when acquaintances.artist_id is not null then 0.5 else 0 end
        ),
        ('audience', case when gaps.audience >= 0 then 1 - least(gaps.audience, 2.5) / 2.5 end),
        ('popularity', case when gaps.popularity >= 0 then 1 - least(gaps.popularity, 50.0) / 50.0 end),
        ('era', case when gaps.years >= 0 then 1 - least(gaps.years, 20.0) / 20.0 end),
        ('sound', 1 / (1 + sounding.distance))
    ) as signals (signal, value)
),

standardised as (
    select
        compared.*,
        case
            when stddev_pop(value) over (partition by signal) > 0.001
                then (value - avg(value) over (partition by signal)) / stddev_pop(value) over (partition by signal)
        end as deviation
    from compared
),

scored as (
    select
        standardised.artist_id,
        standardised.shared_genres,
        standardised.sound,
        standardised.shared_tracks,
        standardised.mean_year,
        intercept.weight + sum(weights.weight * coalesce(standardised.deviation, 0)) as odds
    from standardised
    inner join {s}.blend_weights as weights on weights.signal = standardised.signal
    inner join {s}.blend_weights as intercept on intercept.signal = 'intercept'
    group by
        standardised.artist_id, standardised.shared_genres, standardised.sound, standardised.shared_tracks,
        standardised.mean_year, intercept.weight
)

select
    artists.*,
    1 / (1 + exp(-scored.odds)) as score,
    scored.shared_genres,
    scored.sound,
    scored.shared_tracks,
    scored.mean_year
from scored
inner join {s}.dim_artists as artists on artists.artist_id = scored.artist_id
order by score desc, artists.artist_id
limit %(limit)s
"""
