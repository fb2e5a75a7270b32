"""One dataset of a lake, wherever that is, as a folder beside the warehouse that reads it."""

from pathlib import Path

from orchestration.evaluation.errors import EvaluationFailed
from orchestration.publish.lake import opened


def bring(lake_url: str, dataset: str, lake: Path) -> None:
    """Make `lake/dataset` what the lake has of it: a link to a local folder, a copy of objects in S3.

    Raises EvaluationFailed where the lake has no such dataset.
    """
    lake.mkdir(exist_ok=True)
    system, root = opened(lake_url)
    if not system.exists(f"{root}/{dataset}"):
        raise EvaluationFailed(f"The lake {lake_url} has no {dataset}. Next: segue ingest declare")
    if "file" in system.protocol:
        (lake / dataset).symlink_to(f"{root}/{dataset}")
    else:
        system.get(f"{root}/{dataset}", str(lake / dataset), recursive=True)
