"""The grammar of the query language: from text to terms, and back.

    query  = term { space term }                      all must hold
    term   = [ "-" ] ( field ":" [ operator ] values | text )
    field  = name [ "." key ]
    values = value { "," value }                      any may hold
    value, text, key = a word, or "quoted", with \\" and \\\\ inside

`task_ledger.eventlog.search.conditions` defines the meaning of terms.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from task_ledger.errors import BadQuery

MAX_CHARACTERS: Final = 1000
MAX_TERMS: Final = 30
MAX_VALUES: Final = 50

_SPACE: Final = re.compile(r"\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_FIELD: Final = re.compile(r'([A-Za-z_]+)(?:\.(?:([\w-][\w.-]*)|"((?:[^"\\]|\\.)*)"))?:')
_OPERATOR: Final = re.compile(r"~|>=|<=|>|<|")
_WORD: Final = re.compile(r"\S+")
_BARE_VALUE: Final = re.compile(r"[^\s,]+")
_BARE_KEY: Final = re.compile(r"[\w-][\w.-]*")


class Operator(StrEnum):
    """The comparison of a field with a term's values."""

    IS = ""
    CONTAINS = "~"
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a term.

    Attributes:
        quoted: whether it was quoted, so that a `*` in it is not a wildcard.
    """

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        return _in_quotes(self.text) if self.quoted else self.text


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query.

    Attributes:
        position: its start in the query, in characters from 0.
        negated: whether it must not hold.
        field: the field's name as written; None for a text search.
        key: the part after the field's dot.
        values: at least one; any of them may hold.
    """

    position: int
    values: tuple[Value, ...]
    field: str | None = None
    key: str | None = None
    operator: Operator = Operator.IS
    negated: bool = False

    def __str__(self) -> str:
        minus = "-" if self.negated else ""
        if self.field is None:
            return f"{minus}{self.values[0]}"
        return f"{minus}{self.field}{self._key()}:{self.operator}" + ",".join(map(str, self.values))

    def _key(self) -> str:
        if self.key is None:
            return ""
        return f".{self.key if _BARE_KEY.fullmatch(self.key) else _in_quotes(self.key)}"


def parse(text: str) -> tuple[Term, ...]:
    """Parse a query into its terms, in order; none for an empty query.

    Raises:
        BadQuery: the query is invalid; the message says what to write, and where.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadQuery(f"a query has at most {MAX_CHARACTERS:,} characters", MAX_CHARACTERS)
    if (nul := text.find("\0")) >= 0:
        raise BadQuery("a query must not contain a NUL character", nul)
    if not text.isprintable() and not text.isascii():
        _refuse_surrogates(text)
    terms: list[Term] = []
    at = _end(_SPACE, text, 0)
    while at < len(text):
        if len(terms) == MAX_TERMS:
            raise BadQuery(f"a query has at most {MAX_TERMS} terms", at)
        term, end = _term(text, at)
        if end < len(text) and not text[end].isspace():
            raise BadQuery("put a space between two terms", end)
        terms.append(term)
        at = _end(_SPACE, text, end)
    return tuple(terms)


def written(terms: tuple[Term, ...]) -> str:
    """The terms as a query: `parse` gives the same terms, apart from their positions."""
    return " ".join(map(str, terms))


def _term(text: str, start: int) -> tuple[Term, int]:
    negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
    at = start + negated
    field = _FIELD.match(text, at)
    if field is None:
        value, end = _value(text, at, _WORD)
        return Term(start, (value,), negated=negated), end
    key = field[2] if field[3] is None else _unescaped(field[3])
    values: list[Value] = []
    end = _end(_OPERATOR, text, field.end())
    operator = Operator(text[field.end() : end])
    while True:
        if len(values) == MAX_VALUES:
            raise BadQuery(f"a term has at most {MAX_VALUES} values", end)
        if end >= len(text) or text[end].isspace() or text[end] == ",":
            raise BadQuery(f'a value is missing; {field[1]}:"" is the empty one', end)
        value, end = _value(text, end, _BARE_VALUE)
        values.append(value)
        if end >= len(text) or text[end] != ",":
            break
        end += 1
    name = field[1].lower()
    return Term(start, tuple(values), name, key, operator, negated), end


def _value(text: str, at: int, bare: re.Pattern[str]) -> tuple[Value, int]:
    if text[at] != '"':
        end = _end(bare, text, at)
        return Value(text[at:end]), end
    quoted = _QUOTED.match(text, at)
    if quoted is None:
        raise BadQuery('a closing " is missing; write \\" for a " that is searched for', at)
    return Value(_unescaped(quoted[1]), quoted=True), quoted.end()


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadQuery("a query must be text that can be encoded in UTF-8", error.start) from None


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
