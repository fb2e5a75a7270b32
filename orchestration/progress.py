"""Shows a run on the terminal: a live line a step, or plain lines where nobody watches (cron, CI)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from orchestration.ledger import StepRecord
from orchestration.scanned import in_words
from orchestration.steps import Step

_MARKS = {"done": "[green]✔[/]", "failed": "[red]✘[/]", "put_off": "[yellow]…[/]"}
_WIDTH = 34


class Progress:
    """Writes to standard error; standard output carries answers alone."""

    def __init__(self, console: Console | None = None) -> None:
        """Show on `console`, by default standard error."""
        self.console = console or Console(stderr=True, highlight=False)

    @contextmanager
    def step(self, step: Step) -> Iterator[Callable[[str], None]]:
        """While the step runs, show its newest log line beside its name; yields where to send lines."""
        if not self.console.is_terminal:
            yield lambda _line: None
            return
        with self.console.status(f"{step.says}") as status:
            yield lambda line: status.update(f"{step.says}  [dim]{escape(self._fit(line))}[/]")

    def ended(self, step: Step, entry: StepRecord, answer: str) -> None:
        """One line that stays: what was done, how long it took, how many rows came; or the answer to a question."""
        if step.shows and entry.status == "done":
            sys.stdout.write(f"\n> {step.says}\n{answer}")
            sys.stdout.flush()
            return
        took = f"[dim]{entry.seconds:6.1f} s[/]"
        self.console.print(f"{_MARKS[entry.status]} {step.says:<{_WIDTH}} {took}  {_rows(entry)}", soft_wrap=True)

    def skipped(self, step: Step, why: str) -> None:
        """One line for a step that was not needed."""
        self.console.print(f"[dim]- {step.says:<{_WIDTH}} skipped: {why}[/]", soft_wrap=True)

    def note(self, text: str) -> None:
        """One line of explanation."""
        self.console.print(text, soft_wrap=True)

    def _fit(self, line: str) -> str:
        return line[: max(20, self.console.width - _WIDTH - 12)]


def _rows(entry: StepRecord) -> str:
    if account := (entry.answer or {}).get("scanned_bytes"):
        return escape(in_words(account))
    rows = (entry.answer or {}).get("rows")
    if not isinstance(rows, dict):
        return ""
    told = [f"{count:,} {table}" for table, count in sorted(rows.items()) if count]
    return escape(", ".join(told) or "nothing new")
