"""The real catalogue of `shared/data` as a lake, written without the ingest folder."""

from pathlib import Path

from . import lake as lakes

RENAMED = {"spotify_id": "artist_id", "ambiguous": "is_ambiguous", "explicit": "is_explicit"}


def write_catalog(lake: Path, data: Path) -> None:
    """Write the raw_catalogue_dump tables from the CSV files; everything else is declared and empty."""
    lakes.declare(lake)
    for table in ("artists", "tracks", "track_artists", "audio_features", "aliases"):
        _write_csv(lake, table, data / "catalog" / f"{table}.csv")
    _write_csv(lake, "related_artists", data / "ground_truth" / "related_artists.csv")
    lakes.finish(lake, "raw_catalogue_dump", "1")


def _write_csv(lake: Path, table: str, file: Path) -> None:
    header = file.read_text(encoding="utf-8-sig").split("\n", 1)[0].strip().split(",")
    given = {RENAMED.get(name, name): name for name in header}
    common = {
        "provider": "'catalogue_dump'",
        "retrieved_at": f"'{lakes.RETRIEVED_AT}'",
        "_dlt_load_id": "'1'",
        "_dlt_id": "cast(row_number() over () as varchar)",
    }
    columns = lakes.source_columns()["raw_catalogue_dump", table]
    chosen = (
        f'cast({common.get(name) or given.get(name, "null")} as {kind}) as "{name}"' for name, kind in columns.items()
    )
    query = f"select {', '.join(chosen)} from read_csv('{file}', header = true, all_varchar = true)"
    lakes.write(lake, "raw_catalogue_dump", table, query)
