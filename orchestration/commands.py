"""What each `segue` command does, as functions that return an exit code; `cli.py` only parses."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import boto3

from orchestration import chat as chatting
from orchestration import doctor as checks
from orchestration import emr, forgetting, spark_jobs, steps, warehouse_file
from orchestration.athena import serve
from orchestration.bot_tables import has_bot
from orchestration.errors import EXIT_DONE, EXIT_FAILED, CalledWrongly
from orchestration.local import demo as demo_catalogue
from orchestration.local import stack
from orchestration.local.stack import MusicOptions
from orchestration.overview import Overview, as_text, overview
from orchestration.process import terminating
from orchestration.progress import Progress
from orchestration.run import Lease, run_all
from orchestration.settings import ROOT, Settings, new_run_id, read_settings
from orchestration.steps import Step
from orchestration.targets import is_limited, target_of, with_target

_KEY = ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET", "SPOTIFY_API_URL", "SPOTIFY_TOKEN_URL")
_FORGOTTEN = (
    "Forgotten, in the bot's tables and queues, raw files and exports. The ledger has it as {run}. "
    "Next: segue build, which counts anew.\n"
)
_NO_KEY = (
    "There is no Spotify key. Next: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET (an app of your own at "
    "developer.spotify.com has them), or say what a local Spotify shall serve: --catalogue demo, or --catalogue FOLDER."
)


def run(
    source: str,
    arguments: Sequence[str],
    catalogue: str | None,
    profile: str | None,
    publish_arguments: Sequence[str],
    target: str | None,
) -> int:
    """The whole job for one source."""
    settings, options = _with_music(with_target(read_settings(), target), source, catalogue, profile)
    run_id = new_run_id(settings.variables)
    if source == "demo":
        arguments = ["--names", str(_demo_names(settings.home)), *arguments]
    plan = steps.run_steps(
        source, arguments, publish_arguments, target_of(settings), is_limited(settings), has_bot(settings)
    )
    progress = Progress()
    lease = _lease(settings, options, is_short=source == "demo")
    code = run_all(settings, run_id, source, plan, lease, progress, warehouse_file.check)
    if code == EXIT_DONE:
        progress.note('\nNext: segue ask "the name of an artist", segue status, segue --help.')
    return code


def ingest(
    source: str, arguments: Sequence[str], catalogue: str | None, profile: str | None, target: str | None
) -> int:
    """One source, its answer straight through."""
    settings, options = _with_music(with_target(read_settings(), target), source, catalogue, profile)
    step = steps.ingest_step(source, arguments, as_json=False, target=target_of(settings))
    return _pass_through(settings, step, options)


def build(arguments: Sequence[str], target: str | None) -> int:
    """`dbt build`, dbt's own output straight through."""
    settings = with_target(read_settings(), target)
    warehouse_file.check(settings)
    limited = _pass_through(settings, steps.limit_step()) if is_limited(settings) else EXIT_DONE
    return limited or _pass_through(settings, steps.build_step(arguments, target_of(settings)))


def publish(arguments: Sequence[str], target: str | None) -> int:
    """Publish what the warehouse holds."""
    settings = with_target(read_settings(), target)
    step = steps.publish_step(arguments, target_of(settings))
    return _pass_through(settings, step, run_id=new_run_id(settings.variables))


def evaluate(folder: Path | None, as_json: bool, target: str | None) -> int:
    """How good the similar artists of the marts are, by the lake's reference or a folder's."""
    settings = with_target(read_settings(), target)
    words = [*([str(folder)] if folder else []), *(["--json"] if as_json else [])]
    step = steps.evaluate_step(words, target_of(settings))
    return _pass_through(settings, step, run_id=new_run_id(settings.variables))


def rollback(arguments: Sequence[str]) -> int:
    """Back to an older generation."""
    return _pass_through(read_settings(), steps.rollback_step(arguments))


def forget(person: str, as_json: bool, target: str | None) -> int:
    """One person out of everything; the ledger says so."""
    settings = with_target(read_settings(), target)
    if not (person.isascii() and person.isdecimal()):
        raise CalledWrongly("A person is named by the page-scoped id that Messenger gives, which is a number.")
    plan = steps.forget_steps(target_of(settings))
    needs = frozenset[str]().union(*(step.needs for step in plan))
    with terminating(), _lease(settings, None)(needs) as services:
        record = forgetting.forget(settings, new_run_id(settings.variables), person, plan, services)
    done = {step.name: step.answer for step in record.steps}
    sys.stdout.write(f"{json.dumps(done)}\n" if as_json else _FORGOTTEN.format(run=record.run_id))
    return EXIT_DONE


def ask(text: str, locale: str | None, as_json: bool) -> int:
    """One question to the bot's code."""
    arguments = [*(["--locale", locale] if locale else []), *(["--json"] if as_json else [])]
    return _pass_through(read_settings(), steps.ask_step(text, arguments))


def chat(port: int | None, people: int, demo: bool) -> int:
    """The bot in the browser, in the foreground; `demo` publishes the demo catalogue where nothing is published."""
    settings = read_settings()
    if demo and not chatting.is_published(settings):
        code = run("demo", [], None, None, [], target=None)
        if code != EXIT_DONE:
            return code
    return chatting.serve(settings, port, people)


def messenger_setup(as_json: bool) -> int:
    """The page's Messenger profile."""
    return _pass_through(read_settings(), steps.messenger_setup_step(["--json"] if as_json else []))


def report(open_page: bool, as_json: bool, target: str | None) -> int:
    """What the catalogue sounds like, drawn by Spark from the built marts."""
    return spark_jobs.report(with_target(read_settings(), target), _pass_through, open_page, as_json)


def spark_neighbours(arguments: Sequence[str], target: str | None) -> int:
    """The nearest tracks of every track, by Spark, into the lake."""
    return spark_jobs.neighbours(with_target(read_settings(), target), _pass_through, arguments)


def spark_submit(
    place: emr.Place, job: str, arguments: Sequence[str], options: Sequence[str], dry_run: bool, as_json: bool
) -> int:
    """A Spark job on EMR Serverless."""
    place.checked()
    if dry_run:
        code = emr.code_prefix(place, emr.packed(ROOT))
        sys.stdout.write(json.dumps(emr.request(place, job, arguments, code, options), indent=2) + "\n")
        return EXIT_DONE
    run_id = emr.submit(place, job, arguments, options, ROOT, boto3.client("s3"), boto3.client("emr-serverless"))
    told = {"job": job, "application_id": place.application, "job_run_id": run_id}
    sys.stdout.write(
        f"{json.dumps(told)}\n"
        if as_json
        else f"Started {run_id}. Next: aws emr-serverless get-job-run --application-id {place.application} "
        f"--job-run-id {run_id}\n"
    )
    return EXIT_DONE


def redrive(as_json: bool) -> int:
    """The dead letters of the bot, once more."""
    return _pass_through(read_settings(), steps.redrive_step(["--json"] if as_json else []))


def up(services: Sequence[str], catalogue: str | None, profile: str | None) -> int:
    """Start services for good, and lay out the lake so that `dbt build` finds every table."""
    settings = read_settings()
    stack.up(settings.home, services, settings.variables, MusicOptions(catalogue=catalogue, profile=profile))
    code = _pass_through(settings, steps.declare_step())
    sys.stdout.write(as_text(Overview(settings.home, stack.status(settings.home), [], None, [])))
    return code


def athena(port: int | None, queries: int | None, as_json: bool) -> int:
    """The local Athena in the foreground."""
    settings = read_settings()
    return serve(settings.home, settings.variables, as_json, port, queries)


def down() -> int:
    """Stop every service of this state folder."""
    stopped = stack.down(read_settings().home)
    sys.stdout.write(f"Stopped: {', '.join(stopped) or 'nothing was running'}\n")
    return EXIT_DONE


def status(as_json: bool) -> int:
    """Everything this state folder holds, without starting anything."""
    found = overview(read_settings())
    sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, default=str) + "\n" if as_json else as_text(found))
    return EXIT_DONE


def doctor(as_json: bool) -> int:
    """Check the machine; 1 when a check fails."""
    settings = read_settings()
    findings = checks.examine(settings.home, settings.variables)
    sys.stdout.write(checks.as_json(findings) + "\n" if as_json else checks.as_text(findings))
    return EXIT_FAILED if any(finding.state == "fail" for finding in findings) else EXIT_DONE


def demo_export(folder: Path) -> int:
    """The demo catalogue as a dump."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CalledWrongly(f"{folder} is there already and is not an empty folder. Next: name a new one.")
    demo_catalogue.export(folder)
    sys.stdout.write(f"Wrote the demo catalogue to {folder}. Next: segue run --source catalogue_dump {folder}\n")
    return EXIT_DONE


def _with_music(
    settings: Settings, source: str, catalogue: str | None, profile: str | None
) -> tuple[Settings, MusicOptions | None]:
    """Decide who answers as Spotify: the demo and `--catalogue` mean the local server, whatever key is set.

    Raises CalledWrongly where a source needs Spotify and there is neither a key nor a catalogue.
    """
    if source == "demo":
        catalogue, profile = catalogue or "demo", profile or "development"
    if catalogue is not None:
        variables = {name: value for name, value in settings.variables.items() if name not in _KEY}
        return Settings(settings.home, variables), MusicOptions(catalogue, profile, musicbrainz_rate=0)
    serving = any(one.name == "music_api" and one.state == "running" for one in stack.status(settings.home))
    if source == "spotify" and not (settings.variables.get("SPOTIFY_CLIENT_ID") or serving):
        raise CalledWrongly(_NO_KEY)
    return settings, MusicOptions(profile=profile) if profile else None


def _demo_names(home: Path) -> Path:
    """The names that a demo run asks for: every artist of the bundled catalogue, one a line."""
    names = home / "demo" / "names.txt"
    names.parent.mkdir(parents=True, exist_ok=True)
    names.write_text("\n".join(artist.name for artist in demo_catalogue.load().artists) + "\n", encoding="utf-8")
    return names


def _lease(settings: Settings, options: MusicOptions | None, is_short: bool = False) -> Lease:
    told = set[str]()

    @contextmanager
    def lease(needs: frozenset[str]) -> Iterator[dict[str, str]]:
        chosen = options if "music_api" in needs else None
        with stack.lease(settings.home, needs, settings.variables, chosen, is_short) as services:
            try:
                yield services
            finally:
                _tell_died(settings.home, told)

    return lease


def _tell_died(home: Path, told: set[str]) -> None:
    """Say, once, which service of ours has died: what failed may only show that it got no answer."""
    for one in stack.status(home):
        if one.state == "died" and os.getpid() in one.holders and one.name not in told:
            told.add(one.name)
            sys.stderr.write(
                f"The local service '{one.name}' died meanwhile. Its log: {one.log}. "
                "Next: run the command again, which starts it again.\n"
            )


def _pass_through(
    settings: Settings, step: Step, options: MusicOptions | None = None, run_id: str | None = None
) -> int:
    """Run one step in the foreground, its output being ours; its exit code is ours as well."""
    own: Mapping[str, str] = {"SEGUE_RUN_ID": run_id} if run_id else {}
    with terminating(), _lease(settings, options)(step.needs) as services:
        environment = settings.child_environment(services, own)
        child: subprocess.Popen[bytes] | None = None
        try:
            child = subprocess.Popen(step.command, cwd=step.folder or Path.cwd(), env=environment)
            return child.wait()
        except BaseException:
            if child is not None:
                child.terminate()
                child.wait()
            raise
