"""A query's result: written as Athena writes it to the output location, and kept here for GetQueryResults' pages.

Kept is one JSON list a line, the header first where there is one, so that a page starts at a byte of the file.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from orchestration.local.athena.errors import invalid_request
from orchestration.local.athena.metadata_file import encoded

PAGE_ROWS = 1000
Row = Sequence[str | None]


@dataclass(frozen=True)
class Place:
    """A bucket and a key, of `s3://bucket/key`."""

    bucket: str
    key: str

    @classmethod
    def of(cls, address: str) -> "Place":
        """Split an address."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    def is_file(self) -> bool:
        """Tell whether a result lies there; a statement that writes tables has only a description."""
        return self.key.endswith((".csv", ".txt"))


class ResultFile:
    """The result of one query while it comes in: `add` rows, then `upload`; a context manager."""

    def __init__(self, file: Path, is_csv: bool, has_header: bool, columns: Sequence[Mapping[str, Any]]) -> None:
        self.columns = columns
        self.row_count = 0
        file.parent.mkdir(parents=True, exist_ok=True)
        self._is_csv = is_csv
        self._sent = file.with_suffix(".part")
        self._rows: IO[str] = file.open("w", encoding="utf-8")
        self._text: IO[str] = self._sent.open("w", encoding="utf-8", newline="")
        if has_header:
            self._write([one["Name"] for one in columns])

    def add(self, rows: Iterable[Row]) -> None:
        """Append rows of printed values."""
        for row in rows:
            self._write(row)
            self.row_count += 1

    def upload(self, s3: Any, place: Place) -> int:
        """Put the result (if the place is that of a file) and its `.metadata` there; returns the size in bytes."""
        self._rows.close()
        self._text.close()
        if place.is_file():
            s3.upload_file(str(self._sent), place.bucket, place.key)
        s3.put_object(Bucket=place.bucket, Key=f"{place.key}.metadata", Body=encoded(self.columns))
        return self._sent.stat().st_size

    def _write(self, row: Row) -> None:
        self._rows.write(json.dumps(row) + "\n")
        self._text.write(_csv_line(row) if self._is_csv else _text_line(row))

    def __enter__(self) -> "ResultFile":
        return self

    def __exit__(self, *_error: object) -> None:
        self._rows.close()
        self._text.close()
        self._sent.unlink(missing_ok=True)


def page(file: Path, token: str | None, limit: int) -> tuple[list[Row], str | None]:
    """Return up to `limit` rows from where the token says, and the token of the next page if there is one.

    Raises ApiError for a token that was not given out.
    """
    rows: list[Row] = []
    with file.open("rb") as lines:
        lines.seek(_offset(token, file.stat().st_size))
        while len(rows) < limit and (line := lines.readline()):
            rows.append(json.loads(line))
        end = lines.tell()
    return rows, _token(end) if end < file.stat().st_size else None


def as_rows(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows as the API shapes them: null is a value without text."""
    return [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in rows]


def _csv_line(row: Row) -> str:
    """Every value is quoted, so that null (nothing) differs from empty text."""
    return ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in row) + "\n"


def _text_line(row: Row) -> str:
    return "\t".join("" if value is None else value for value in row) + "\n"


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"row-at-{offset}".encode()).decode()


def _offset(token: str | None, size: int) -> int:
    if token is None:
        return 0
    try:
        offset = int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("row-at-"))
    except (binascii.Error, ValueError):
        offset = -1
    if not 0 <= offset <= size:
        raise invalid_request("Invalid NextToken. Next: pass the NextToken of the page before, as it came.")
    return offset
