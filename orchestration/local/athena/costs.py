"""What a query cost, summed over its statements, from Trino's own statistics."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Costs:
    """Figures of the statements that have ended and of the one that runs; times in milliseconds."""

    _ended: list[Mapping[str, Any]] = field(default_factory=list)
    _running: Mapping[str, Any] = field(default_factory=dict)

    def now(self, stats: Mapping[str, Any]) -> None:
        """Take the figures of the statement that runs."""
        self._running = stats

    def add(self, stats: Mapping[str, Any]) -> None:
        """Take the figures of a statement that has ended."""
        self._ended.append(stats)
        self._running = {}

    @property
    def scanned_bytes(self) -> int:
        """Bytes read from S3."""
        return self._sum("physicalInputBytes")

    @property
    def planning_ms(self) -> int:
        """Time of analysis and planning."""
        return self._sum("planningTimeMillis")

    def rows(self) -> dict[str, int]:
        """Return InputRows and InputBytes of GetQueryRuntimeStatistics."""
        return {"InputRows": self._sum("processedRows"), "InputBytes": self._sum("physicalInputBytes")}

    def output_stage(self) -> dict[str, Any] | None:
        """Return the stages of the statement that read most, as GetQueryRuntimeStatistics shapes them."""
        staged = [stats for stats in self._ended if stats.get("rootStage")]
        if not staged:
            return None
        return _stage(max(staged, key=lambda stats: int(stats["physicalInputBytes"]))["rootStage"])

    def _sum(self, name: str) -> int:
        return sum(int(stats.get(name, 0)) for stats in (*self._ended, self._running))


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    inner = [_stage(one) for one in stage["subStages"]]
    input_rows = sum(one["OutputRows"] for one in inner) if inner else stage["processedRows"]
    input_bytes = sum(one["OutputBytes"] for one in inner) if inner else stage["physicalInputBytes"]
    return {
        "StageId": int(stage["stageId"]),
        "State": stage["state"],
        "OutputRows": int(stage["processedRows"]),
        "OutputBytes": int(stage["processedBytes"]),
        "InputRows": int(input_rows),
        "InputBytes": int(input_bytes),
        "ExecutionTime": int(stage["wallTimeMillis"]),
        "SubStages": inner,
    }
