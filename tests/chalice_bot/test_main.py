"""The command, as people and `segue ask` start it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from chalicelib.__main__ import main

from tests.chalice_bot.rows import identifier


@pytest.fixture
def environ(postgres_url: str) -> dict[str, str]:
    return {"SEGUE_POSTGRES_URL": postgres_url}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["에스파"], "aespa 다음에 들을 만한 아티스트"),
        (["에스파", "--locale", "en"], "Artists to hear after aespa"),
        (["aespa", "--locale", "ko"], "aespa 다음에 들을 만한 아티스트"),
        (["xyzzy"], "I don't know “xyzzy”."),
        ([""], "Hello!"),
        (["nirvana"], "“nirvana” may mean several."),
        (["nirvana"], f"segue ask spotify:artist:{identifier('nirvanaUK')}"),
        (["demo singer"], "Audio features are generated for the demo"),
    ],
)
def test_an_answer_is_printed(
    arguments: list[str], says: str, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", *arguments], environ) == 0
    assert says in capsys.readouterr().out


def test_json_holds_the_whole_reply(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "aespa", "--json"], environ) == 0
    reply = json.loads(capsys.readouterr().out)
    assert (reply["kind"], reply["locale"], [card["title"] for card in reply["cards"]]) == (
        "artist",
        "en",
        ["IVE", "Red Velvet"],
    )


def test_without_postgres_it_fails_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "aespa"], {"SEGUE_POSTGRES_URL": "postgresql://u:p@127.0.0.1:1/x"}) == 1
    assert "Postgres does not answer" in capsys.readouterr().err


def test_without_the_variable_it_was_called_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "aespa"], {}) == 2
    assert "SEGUE_POSTGRES_URL" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "a", "--locale", "fr"], ["tell", "a"]])
def test_a_wrong_call_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments, {})
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_module_speaks_utf8_whatever_the_terminal(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "chalicelib", "ask", "에스파"]
    folder = Path(__file__).parents[2] / "chalice_bot"
    variables = {**os.environ, **environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=True)
    assert "다음에 들을 만한" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x\u202eyz", "x yz"),
        ("x\n\n\ty\x1b[31m", "x y [31m"),
        ("x\ud83dy", "x y"),
        ("👨\u200d👩\u200d👧 zz", "👨\u200d👩\u200d👧 zz"),
        ("z" * 200, "z" * 59 + "…"),
    ],
)
def test_an_unknown_text_is_safe_to_repeat(
    text: str, shown: str, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", text, "--locale", "en"], environ) == 0
    assert f"I don't know “{shown}”." in capsys.readouterr().out
