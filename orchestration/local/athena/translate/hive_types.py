"""Types as Hive's DDL writes them, written again for Glue (`struct<a:int>`) and Trino (`row("a" integer)`)."""

from dataclasses import dataclass

from orchestration.local.athena.translate.names import quoted
from orchestration.local.athena.translate.words import Reader, hive_words

_PLAIN = {
    "boolean": "boolean",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "int": "integer",
    "bigint": "bigint",
    "float": "real",
    "double": "double",
    "string": "varchar",
    "binary": "varbinary",
    "date": "date",
    "timestamp": "timestamp(6)",
}
_SYNONYMS = {"integer": "int"}
_NESTED = {"array": 1, "map": 2, "struct": 0}


@dataclass(frozen=True)
class HiveType:
    """A type: its name, its numbers (decimal, varchar, char), its parts (array, map: unnamed; struct: named)."""

    name: str
    numbers: tuple[str, ...] = ()
    parts: tuple[tuple[str, "HiveType"], ...] = ()

    def in_glue(self) -> str:
        """Return Glue's spelling: lower case, no blanks."""
        if self.parts:
            inner = ",".join(f"{name}:{part.in_glue()}" if name else part.in_glue() for name, part in self.parts)
            return f"{self.name}<{inner}>"
        return f"{self.name}({','.join(self.numbers)})" if self.numbers else self.name

    def in_trino(self) -> str:
        """Return Trino's type for a column of an Iceberg table."""
        if self.parts:
            inner = ", ".join(
                f"{quoted(name)} {part.in_trino()}" if name else part.in_trino() for name, part in self.parts
            )
            return f"{'row' if self.name == 'struct' else self.name}({inner})"
        if self.numbers:
            return f"{self.name}({','.join(self.numbers)})"
        return _PLAIN[self.name]


@dataclass(frozen=True)
class Column:
    """One column of a definition."""

    name: str
    type: HiveType
    comment: str | None = None

    def in_glue(self) -> dict[str, str]:
        """Return Glue's Column structure."""
        column = {"Name": self.name, "Type": self.type.in_glue()}
        return {**column, "Comment": self.comment} if self.comment is not None else column


def of_glue(text: str) -> HiveType:
    """Read a type as Glue keeps it."""
    reader = Reader(text, hive_words(text))
    found = read_type(reader)
    reader.end()
    return found


def read_type(reader: Reader) -> HiveType:
    """Read one type."""
    word = reader.word
    name = _SYNONYMS.get(word.value.lower(), word.value.lower()) if word and word.kind == "word" else ""
    if name in _NESTED:
        reader.next()
        return _nested(reader, name)
    if name in _PLAIN:
        reader.next()
        return HiveType(name)
    if name == "decimal":
        reader.next()
        return HiveType(name, _decimal(_numbers(reader)))
    if name in ("varchar", "char"):
        reader.next()
        numbers = _numbers(reader)
        if len(numbers) == 1:
            return HiveType(name, numbers)
    raise reader.mismatch("<type>")


def _decimal(numbers: tuple[str, ...]) -> tuple[str, ...]:
    return (*numbers, "10", "0")[:2] if not numbers else (*numbers, "0")[:2]


def _numbers(reader: Reader) -> tuple[str, ...]:
    if not reader.accept("("):
        return ()
    numbers = [reader.number()]
    while reader.accept(","):
        numbers.append(reader.number())
    reader.expect(")")
    return tuple(numbers)


def _nested(reader: Reader, name: str) -> HiveType:
    reader.expect("<")
    parts = [_part(reader, name)]
    while reader.accept(","):
        parts.append(_part(reader, name))
    reader.expect(">")
    if _NESTED[name] and len(parts) != _NESTED[name]:
        raise reader.mismatch("<type>")
    return HiveType(name, parts=tuple(parts))


def _part(reader: Reader, name: str) -> tuple[str, HiveType]:
    if name != "struct":
        return "", read_type(reader)
    field = reader.name()
    reader.expect(":")
    part = read_type(reader)
    if reader.accept("COMMENT"):
        reader.string()
    return field, part


def read_columns(reader: Reader) -> tuple[Column, ...]:
    """Read `(name type [comment '..'], ..)`."""
    reader.expect("(")
    columns = [read_column(reader)]
    while reader.accept(","):
        columns.append(read_column(reader))
    reader.expect(")")
    return tuple(columns)


def read_column(reader: Reader) -> Column:
    """Read `name type [comment '..']`."""
    return Column(reader.name(), read_type(reader), reader.string() if reader.accept("COMMENT") else None)
