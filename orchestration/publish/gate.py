"""The gate: a build whose blend finds less of the reference than the published one's is not published by accident.

What was published is in the lake, where publishing wrote it back; what is to be published is in the mart.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.dataset as ds  # type: ignore[import-untyped]

from orchestration.publish.errors import PublishRefused
from orchestration.publish.lake import opened
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import Warehouse

FEWEST_SEEDS = 30
"""A group with fewer artists of the reference than this says too little to stop anything."""

_METHOD, _METRIC = "blend", "recall@20"
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("generation", "method", "seed_group", "metric")]
    + [("value", pa.float64()), ("seed_count", pa.int64())]
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Figure:
    """recall@20 of the blend in one group of artists: the mean over so many seeds, 0 to 1."""

    value: float
    seeds: int | None


def check(warehouse: Warehouse, settings: Settings, published: str | None, allow_worse: bool) -> None:
    """Compare the marts with the published generation, if there is one. Raises PublishRefused where they are worse."""
    if published is None or not warehouse.has("recommendation_quality"):
        return
    before, now = read_published(settings.lake_url, published), _read_now(warehouse)
    if not before.keys() & now.keys():
        logger.info("publish: there is no %s of %s to compare with", _METRIC, published)
    if silent := no_longer_compared(before, now):
        logger.warning(
            "publish: of group %s fewer than %d artists have related ones now, so nothing was compared with %s there",
            ", ".join(silent),
            FEWEST_SEEDS,
            published,
        )
    worse = lost(before, now, settings.quality_margin)
    if not worse:
        return
    told = f"{'; '.join(worse)}. The margin is {settings.quality_margin:g}"
    if allow_worse:
        logger.warning("publish: the blend is worse than in %s, and published all the same: %s", published, told)
        return
    raise PublishRefused(
        f"The blend finds less of the related artists than in {published}, which is published. {_METRIC} of {told}. "
        "Readers keep what they had. Next: see why (`segue evaluate` prints every figure; if related artists were "
        "added or left out since, the two were not asked the same); if it is meant, publish with --allow-worse, or set "
        "a wider SEGUE_QUALITY_MARGIN."
    )


def lost(before: Mapping[str, Figure], now: Mapping[str, Figure], margin: float) -> list[str]:
    """Say of each group that lost more than `margin` what it had and has, the greatest loss first.

    Groups of few seeds do not count.
    """
    fallen = [
        (
            round(new.value - old.value, 9),
            group,
            f"{old.value:.3f} published, {new.value:.3f} now ({new.seeds} artists{_then(old, new)})",
        )
        for group, old in before.items()
        if (new := now.get(group)) is not None and min(old.seeds or FEWEST_SEEDS, new.seeds or 0) >= FEWEST_SEEDS
    ]
    return [f"group {group}: {words}" for change, group, words in sorted(fallen) if change < -margin]


def no_longer_compared(before: Mapping[str, Figure], now: Mapping[str, Figure]) -> list[str]:
    """Name the groups that had enough seeds when published and have too few now."""
    few = Figure(0.0, 0)
    return sorted(
        group
        for group, old in before.items()
        if (old.seeds or FEWEST_SEEDS) >= FEWEST_SEEDS > (now.get(group, few).seeds or 0)
    )


def _then(old: Figure, new: Figure) -> str:
    return "" if old.seeds in (None, new.seeds) else f", {old.seeds} then"


def read_published(lake_url: str, generation: str) -> dict[str, Figure]:
    """The figures of one generation by group, as far as the lake has them; before there were groups: of `all`."""
    system, root = opened(lake_url)
    files = system.glob(f"{root}/raw_segue/published_quality/*.parquet")
    if not files:
        return {}
    wanted = (ds.field("generation") == generation) & (ds.field("method") == _METHOD) & (ds.field("metric") == _METRIC)
    rows = ds.dataset(files, schema=_SCHEMA, format="parquet", filesystem=system).to_table(filter=wanted)
    return {row["seed_group"] or "all": Figure(row["value"], row["seed_count"]) for row in rows.to_pylist()}


def _read_now(warehouse: Warehouse) -> dict[str, Figure]:
    statement = (
        "select seed_group, value, seed_count from marts.recommendation_quality "
        f"where method = '{_METHOD}' and metric = '{_METRIC}'"
    )
    rows = [row for batch in warehouse.query(statement) for row in batch.to_pylist()]
    return {row["seed_group"]: Figure(row["value"], row["seed_count"]) for row in rows}
