"""The `segue` command: every way to load, build, publish, ask and look after the local stack.

Exit codes: 0 done, 1 failed, 2 called wrongly, 75 put off (a provider's quota: cron comes again).
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration import commands
from orchestration.emr import Place
from orchestration.errors import EXIT_FAILED, OrchestrationError
from orchestration.process import Terminated

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="An open music-similarity warehouse, and the bot that answers from it.\n\nBegin with `segue run`.",
    epilog="Exit codes: 0 done, 1 failed, 2 called wrongly, 75 put off by a provider's quota (run it again later).",
)
demo = typer.Typer(no_args_is_help=True, help="The bundled catalogue of well-known artists.")
app.add_typer(demo, name="demo")
messenger = typer.Typer(no_args_is_help=True, help="The bot's page on Messenger.")
app.add_typer(messenger, name="messenger")

spark = typer.Typer(no_args_is_help=True, help="Spark, for catalogues that outgrow SQL: here, or on EMR Serverless.")
app.add_typer(spark, name="spark")

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
Target = Annotated[
    str | None, typer.Option(help="duckdb, or athena: yours, or a local one. Without it, SEGUE_TARGET or duckdb.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Catalogue = Annotated[
    str | None,
    typer.Option(help="What the local music APIs serve: `demo`, or a folder in the format of `segue demo export`."),
]
Profile = Annotated[
    str | None, typer.Option(help="What the local Spotify key may do: `development` (2026) or `extended` (2021).")
]


@app.command(context_settings=PASS_ON)
def run(
    context: typer.Context,
    source: Annotated[str, typer.Option(help="demo, spotify or catalogue_dump.")] = "demo",
    catalogue: Catalogue = None,
    profile: Profile = None,
    allow_shrink: Annotated[bool, typer.Option(help="Publish even if a mart lost half of its rows.")] = False,
    allow_worse: Annotated[
        bool, typer.Option(help="Publish even if the blend finds less of the related artists than what is published.")
    ] = False,
    target: Target = None,
) -> None:
    """Load, build, publish: the whole job. Without options on the demo catalogue, ending with five answers.

    What follows is for the source: `segue run --source catalogue_dump FOLDER`,
    `segue run --source spotify --names FILE`. A second run at the same time says so and ends with 0.
    """
    allowed = [word for word, is_set in (("--allow-shrink", allow_shrink), ("--allow-worse", allow_worse)) if is_set]
    raise typer.Exit(commands.run(source, context.args, catalogue, profile, allowed, target))


@app.command(context_settings=PASS_ON)
def ingest(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(help="spotify, reccobeats, musicbrainz, catalogue_dump, dynamodb or declare.")
    ],
    catalogue: Catalogue = None,
    profile: Profile = None,
    target: Target = None,
) -> None:
    """Load one source into the lake; what follows the source's name is for it (`segue ingest spotify -- --help`)."""
    raise typer.Exit(commands.ingest(source, context.args, catalogue, profile, target))


@app.command(context_settings=PASS_ON)
def build(context: typer.Context, target: Target = None) -> None:
    """Build and test every model (`dbt build`); what follows is for dbt, as in `segue build --select marts`."""
    raise typer.Exit(commands.build(context.args, target))


@app.command(context_settings=PASS_ON)
def publish(context: typer.Context, target: Target = None) -> None:
    """Copy the serving marts to Postgres and switch readers to them in one step (`--json`).

    A mart that lost half of its rows needs `--allow-shrink`; a blend that finds less of the related artists than the
    published one, by more than SEGUE_QUALITY_MARGIN (0.02 of recall@20) in any group of 30 or more, `--allow-worse`.
    """
    raise typer.Exit(commands.publish(context.args, target))


@app.command()
def evaluate(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Holds related_artists.csv, .jsonl or .parquet (artist_id, related_artist_id, rank). Without it, the "
            "related artists that were loaded with a catalogue dump count.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
    target: Target = None,
) -> None:
    """Measure how good the similar artists are, by artists that are known to be related. Changes no mart and no lake.

    Seeds are the artists with 5 or more related artists in the catalogue. Of each method (`genre`, `audio`, `blend`,
    and the baseline `genre_jaccard`: plain overlap of genres, ties to the smaller id) it tells:

    - **recall@20**: the share of a seed's related artists that are among its 20 neighbours
    - **nDCG@20**: the same, counting less the further down they stand; 1 is the best order
    - **hit@10**: the share of seeds with a related artist among the first 10
    - **coverage**: the share of all artists (not seeds alone, here and below) that have neighbours
    - **popularity bias**: how many points more popular neighbours are than the artist they are given for
    - **genre diversity**: how unlike each other an artist's neighbours are: the mean over pairs of 1 less the cosine of
      their genres
    - **stability**: the share of the published neighbours that the blend still gives

    Weights are tuned only on seeds that are not *held out* (by a hash of the id). `segue build` keeps the same figures
    in the mart `recommendation_quality`; `segue publish` refuses a blend that lost more than SEGUE_QUALITY_MARGIN.

    Try: `segue evaluate ../shared/data/ground_truth`
    """
    raise typer.Exit(commands.evaluate(folder, as_json, target))


@app.command(context_settings=PASS_ON)
def rollback(context: typer.Context) -> None:
    """Switch readers back to the generation before, or to the one named with `--to`."""
    raise typer.Exit(commands.rollback(context.args))


@app.command()
def forget(
    person: Annotated[str, typer.Argument(help="The page-scoped id that Messenger gives a person.")],
    as_json: Json = False,
    target: Target = None,
) -> None:
    """Delete all that is kept of a person: tables, queues, raw files, exports. What others told stays."""
    raise typer.Exit(commands.forget(person, as_json, target))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="What a person would type to the bot.")],
    locale: Annotated[str | None, typer.Option(help="ko or en; without it, the text decides.")] = None,
    as_json: Json = False,
) -> None:
    """Ask the bot's own code: `segue ask "에스파"`."""
    raise typer.Exit(commands.ask(text, locale, as_json))


@app.command()
def chat(
    port: Annotated[int | None, typer.Option(help="Where the page listens; a free port if not given.")] = None,
    people: Annotated[int, typer.Option(min=1, max=4, help="How many people the page shows side by side.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Publish the demo first, where nothing is published.")] = False,
) -> None:
    """Chat with the bot in the browser, through a Messenger of your own, until Ctrl-C. Needs a published catalogue."""
    raise typer.Exit(commands.chat(port, people, demo))


@app.command()
def report(
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Show the page in the browser.")] = True,
    as_json: Json = False,
    target: Target = None,
) -> None:
    """Draw what the built catalogue sounds like, with Spark: a page and pictures, in the state folder's `report/`."""
    raise typer.Exit(commands.report(open_page, as_json, target))


@app.command()
def redrive(as_json: Json = False) -> None:
    """Put what the bot gave up on (its dead letters) back into its queue, once what was wrong is mended."""
    raise typer.Exit(commands.redrive(as_json))


@app.command()
def up(
    services: Annotated[
        list[str] | None,
        typer.Argument(help="postgres, dynamodb, sqs, aws, music_api, messenger (if none: these), athena."),
    ] = None,
    catalogue: Catalogue = None,
    profile: Profile = None,
) -> None:
    """Start the local services and keep them until `segue down`; lays out an empty lake, so `dbt build` works."""
    raise typer.Exit(commands.up(services or [], catalogue, profile))


@app.command()
def athena(
    port: Annotated[int | None, typer.Option(help="Where it listens on 127.0.0.1; a free port if not given.")] = None,
    queries: Annotated[
        int | None,
        typer.Option(min=1, help="Queries it takes at once, queued ones too; 200, and 20 of DDL, if not given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve a local Athena (Trino, Glue and S3 behind it) until Ctrl-C, for any client or dbt project.

    Prints the variables to export. The first time fetches Trino (820 MB, 400 MB of which are kept).
    """
    raise typer.Exit(commands.athena(port, queries, as_json))


@app.command()
def down() -> None:
    """Stop every local service; what they hold is there again at the next start."""
    raise typer.Exit(commands.down())


@app.command()
def status(as_json: Json = False) -> None:
    """Show the services, the lake's loads, the last run and the published generation."""
    raise typer.Exit(commands.status(as_json))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check what segue needs of this machine; each finding names the one command that mends it."""
    raise typer.Exit(commands.doctor(as_json))


@spark.command("neighbours", context_settings=PASS_ON)
def spark_neighbours(context: typer.Context, target: Target = None) -> None:
    """Find the nearest tracks of every track that is built, for `segue build --vars 'track_neighbours: spark'`.

    What follows is for the job, as in `segue spark neighbours --conf spark.driver.memory=8g`.
    """
    raise typer.Exit(commands.spark_neighbours(context.args, target))


@spark.command("submit", context_settings=PASS_ON)
def spark_submit(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help="neighbours or report; what follows is for it, places as s3:// URLs.")],
    application: Annotated[str, typer.Option(help="The id of the EMR Serverless application (Spark 4.2 or newer).")],
    role: Annotated[str, typer.Option(help="The ARN of the role that the job takes.")],
    to: Annotated[str, typer.Option(help="Where code and logs go: s3://bucket/prefix.")],
    environment: Annotated[
        str | None, typer.Option(help="A virtual environment packed by venv-pack, in S3: Python 3.11, group `spark`.")
    ] = None,
    option: Annotated[list[str] | None, typer.Option(help="An option of Spark: spark.<key>=<value>.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the request and send nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Run a Spark job on EMR Serverless: puts the code into S3 and starts the job run."""
    place = Place(application, role, to, environment)
    raise typer.Exit(commands.spark_submit(place, job, context.args, option or [], dry_run, as_json))


@messenger.command("setup")
def messenger_setup(as_json: Json = False) -> None:
    """Give the page its greeting, Get Started, menu and ice breakers, in every language that the bot speaks."""
    raise typer.Exit(commands.messenger_setup(as_json))


@demo.command("export")
def demo_export(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Write the demo catalogue as CSV files, in the format that `--source catalogue_dump` reads."""
    raise typer.Exit(commands.demo_export(folder))


def main() -> None:
    """Run the command line; a failure of ours is one message on standard error and its exit code."""
    try:
        app()
    except OrchestrationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        sys.stderr.write(f"{error.filename or 'The operating system'}: {error.strerror or error}. ")
        sys.stderr.write("Next: see that the disk has room and that SEGUE_HOME can be written (segue doctor).\n")
        sys.exit(EXIT_FAILED)
    except Terminated as signal:
        sys.stderr.write(f"Stopped by {signal}. Nothing half-done is visible; run it again to go on.\n")
        sys.exit(EXIT_FAILED)
