"""How near two keys are: wrong, missing, extra and swapped letters, Hangul by its letters. Pure."""

import unicodedata


def distance(one: str, other: str) -> int:
    """The number of single-letter mistakes between two keys (optimal string alignment)."""
    one, other = unicodedata.normalize("NFD", one), unicodedata.normalize("NFD", other)
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, start=1):
        two_before, before = before, row
        row = [at]
        for to, wanted in enumerate(other, start=1):
            least = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (char != wanted))
            if at > 1 and to > 1 and char == other[to - 2] and one[at - 2] == wanted:
                least = min(least, two_before[to - 2] + 1)
            row.append(least)
    return row[-1]


def most_mistakes(key: str) -> int:
    """How many mistakes in a key of this length still leave it recognisable."""
    return 1 + len(unicodedata.normalize("NFD", key)) // 5


def slips(key: str) -> list[str]:
    """What the key may have been before two letters were swapped or one was added: trigrams see these badly."""
    swapped = [key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in range(len(key) - 1)]
    return [*swapped, *(key[:at] + key[at + 1 :] for at in range(len(key)) if len(key) > 1)]
