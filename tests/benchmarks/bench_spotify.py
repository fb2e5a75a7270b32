"""Audio features from the local Spotify server (extended key, batches of 100), as rows a second.

usage: bench_spotify.py [FOLDER] [--tracks N]: the first N tracks of a dump folder, each with its features.
"""

import argparse
import csv
import json
import logging
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from moto.server import ThreadedMotoServer

from orchestration.local.music_api.server import serving
from orchestration.local.music_api.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared" / "data" / "catalog")
    parser.add_argument("--tracks", type=int, default=20_000)
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        sys.stdout.write(f"skipped: needs a dump folder, {arguments.folder} is none\n")
        return
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch, serving(arguments.folder, Settings(profile="extended")) as server:
        wanted = Path(scratch) / "tracks.txt"
        with (arguments.folder / "audio_features.csv").open(encoding="utf-8-sig", newline="") as file:
            ids = [row["track_id"] for row in islice(csv.DictReader(file), arguments.tracks)]
        wanted.write_text("\n".join(ids), encoding="utf-8")
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        host, port = moto.get_host_and_port()
        environment = {
            **os.environ,
            "SEGUE_HOME": str(Path(scratch) / "home"),
            "SPOTIFY_CLIENT_ID": "segue-local",
            "SPOTIFY_CLIENT_SECRET": "secret-segue-local",
            "SPOTIFY_API_URL": server.spotify_url,
            "SPOTIFY_TOKEN_URL": server.token_url,
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "ap-northeast-2",
        }
        command = [sys.executable, "-m", "ingest", "spotify", "--features", str(wanted), "--json"]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        moto.stop()
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    answer = json.loads(done.stdout)
    rows = answer["rows"]["audio_features"]
    seconds = answer["seconds"]
    sys.stdout.write(
        f"audio features  {rows} rows in {seconds} s ({answer['calls']} calls): {rows / seconds:.0f} rows/s\n"
    )


if __name__ == "__main__":
    main()
