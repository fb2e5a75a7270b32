"""Keeps the user's text and the text sent to Trino in step, so that `line 1:15` in an error is the user's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_POSITION = re.compile(r"\bline (\d+):(\d+)")


@dataclass(frozen=True)
class Edit:
    """`text[start:end]` of the user's text was replaced by `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Edits:
    """Replacements in `text`, in order and not overlapping."""

    text: str = ""
    edits: tuple[Edit, ...] = field(default=())

    @classmethod
    def of(cls, text: str, edits: Iterable[Edit]) -> "Edits":
        """Return the edits sorted by place."""
        return cls(text, tuple(sorted(edits, key=lambda edit: (edit.start, edit.end))))

    def applied(self) -> str:
        """Return the text with every replacement made."""
        pieces, at = [], 0
        for edit in self.edits:
            pieces += [self.text[at : edit.start], edit.new]
            at = edit.end
        return "".join([*pieces, self.text[at:]])

    def in_users_text(self, message: str) -> str:
        """Return `message` with each `line 1:15` moved to where that is in the user's text."""
        if not self.edits:
            return message
        return _POSITION.sub(lambda found: self._moved(int(found[1]), int(found[2])), message)

    def _moved(self, line: int, column: int) -> str:
        sent = self.applied()
        offset = self._original(_offset(sent, line, column))
        before = self.text[:offset]
        return f"line {before.count(chr(10)) + 1}:{offset - (before.rfind(chr(10)) + 1) + 1}"

    def _original(self, offset: int) -> int:
        grown = 0
        for edit in self.edits:
            start = edit.start + grown
            if offset < start:
                break
            if offset < start + len(edit.new):
                return edit.start
            grown += len(edit.new) - (edit.end - edit.start)
        return min(max(offset - grown, 0), len(self.text))


def _offset(text: str, line: int, column: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return min(at + column - 1, len(text))
