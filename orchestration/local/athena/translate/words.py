"""Cuts a statement into words with their places, and reads them one by one.

Athena has two parsers: Hive's for DDL (backticks quote names, double quotes quote strings, backslash escapes) and
Trino's for queries (double quotes quote names). The cutting is sqlglot's, told to know no keyword, so that a word
stays a word.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

from sqlglot.dialects.hive import Hive
from sqlglot.dialects.trino import Trino
from sqlglot.errors import TokenError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from orchestration.local.athena.translate.plan import InvalidRequest

_KEPT = 8
"""Texts whose words are kept: planning looks at one text several times, and a long one takes a second."""
_STRINGS = {
    TokenType.STRING,
    TokenType.UNICODE_STRING,
    TokenType.HEX_STRING,
    TokenType.BIT_STRING,
    TokenType.BYTE_STRING,
    TokenType.NATIONAL_STRING,
    TokenType.RAW_STRING,
}


class _TrinoTokenizer(Trino.Tokenizer):
    KEYWORDS: ClassVar = {}
    COMMANDS: ClassVar = set()
    NESTED_COMMENTS = False
    HEX_STRINGS: ClassVar = []
    """Trino takes blanks between the digits: `X'68 65'` is cut into a word and a string."""


class _HiveTokenizer(Hive.Tokenizer):
    KEYWORDS: ClassVar = {}
    COMMANDS: ClassVar = set()
    NESTED_COMMENTS = False


class Word(NamedTuple):
    """One word, name, string, number or sign, at `text[start:end]`; `value` is unescaped. Kinds: the names above."""

    kind: str
    value: str
    start: int
    end: int

    def says(self, keyword: str) -> bool:
        """Whether this is the given keyword or sign, unquoted, in any case."""
        return self.kind in ("word", "sign") and self.value.upper() == keyword


@lru_cache(maxsize=_KEPT)
def trino_words(text: str) -> tuple[Word, ...]:
    """Cut by Trino's rules.

    Raises:
        InvalidRequest: a quote or a comment that does not end.
    """
    try:
        return tuple(_word(token) for token in _TrinoTokenizer(Trino()).tokenize(text))
    except TokenError as error:
        raise _open_end(text) from error


@lru_cache(maxsize=_KEPT)
def hive_words(text: str) -> tuple[Word, ...]:
    """Cut by Hive's rules.

    Raises:
        InvalidRequest: a quote or a comment that does not end.
    """
    try:
        return tuple(_word(token) for token in _HiveTokenizer(Hive()).tokenize(text))
    except TokenError as error:
        raise _open_end(text) from error


def _open_end(text: str) -> InvalidRequest:
    """Return the error of a text that ends within a quote or a comment."""
    return InvalidRequest(f"{place(text, len(text))}: a quote or a comment is not closed")


def _word(token: Token) -> Word:
    if token.token_type in _STRINGS:
        kind = "string"
    elif token.token_type == TokenType.IDENTIFIER:
        kind = "name"
    elif token.token_type == TokenType.NUMBER:
        kind = "number"
    elif token.text[:1].isalpha() or token.text[:1] == "_":
        kind = "word"
    else:
        kind = "sign"
    return Word(kind, token.text, token.start, token.end + 1)


def place(text: str, offset: int) -> str:
    """Return `line 1:15` of an offset, as the parsers name it."""
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"


class Reader:
    """Reads words from left to right; whatever does not fit raises InvalidRequest in Athena's wording."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self.text = text
        self.words = words
        self.at = 0

    @property
    def word(self) -> Word | None:
        """The next word, None at the end."""
        return self.words[self.at] if self.at < len(self.words) else None

    def next(self) -> Word:
        """Take the next word, whatever it is."""
        word = self.word
        if word is None:
            raise self.mismatch()
        self.at += 1
        return word

    def sees(self, *keywords: str) -> bool:
        """Whether these keywords or signs come next."""
        ahead = self.words[self.at : self.at + len(keywords)]
        return len(ahead) == len(keywords) and all(map(Word.says, ahead, keywords))

    def accept(self, *keywords: str) -> bool:
        """Take these keywords or signs if they come next."""
        found = self.sees(*keywords)
        self.at += len(keywords) if found else 0
        return found

    def expect(self, *keywords: str) -> None:
        """Take these keywords or signs."""
        for keyword in keywords:
            if not self.accept(keyword):
                raise self.mismatch(f"'{keyword}'")

    def string(self) -> str:
        """Take a string."""
        if self.word is None or self.word.kind != "string":
            raise self.mismatch("<string>")
        return self.next().value

    def number(self) -> str:
        """Take an unsigned number."""
        if self.word is None or self.word.kind != "number":
            raise self.mismatch("<number>")
        return self.next().value

    def name(self) -> str:
        """Take one name, quoted or not, in lower case."""
        if self.word is None or self.word.kind not in ("name", "word"):
            raise self.mismatch("<identifier>")
        return self.next().value.lower()

    def end(self) -> None:
        """Check that nothing is left."""
        if self.word is not None:
            raise self.mismatch("<EOF>")

    def rest(self) -> str:
        """Return the text from the next word on, and take it all."""
        word, self.at = self.word, len(self.words)
        return self.text[word.start : self.words[-1].end] if word else ""

    def mismatch(self, *expecting: str) -> InvalidRequest:
        """Return the error of a word that does not fit here."""
        word = self.word
        shown = self.text[word.start : word.end] if word else "<EOF>"
        where = place(self.text, word.start if word else len(self.text))
        wanted = f". Expecting: {', '.join(expecting)}" if expecting else ""
        return InvalidRequest(f"{where}: mismatched input '{shown}'{wanted}")

    def separated(self) -> bool:
        """Take a comma if one comes next: goes on with a list."""
        return self.accept(",")
