"""Queries that hypothesis draws from the fields that exist."""

from collections.abc import Collection

from hypothesis import strategies as st

from task_ledger.eventlog.search.fields import Field, Fields, Kind
from task_ledger.eventlog.search.grammar import Term, Value

_ASCII = [chr(code) for code in range(32, 127)]
_MOMENTS = [
    *("2026-10-19", "2026-10-19T01:00", "2026-10-19T01:02:00Z", "2026-10-19T14:00+02:00"),
    *("2026-10-16", "2000-01-01", "8999-12-30", "1d", "2d", "25h", "1m", "90s", "3000d"),
]
_DURATIONS = ["0s", "250ms", "1s", "30s", "1m30s", "2m", "10m", "1h", "12h", "1w", "3650d"]
_NUMBERS = ["0", "1", "2", "3", "12.5", "50", "-1", "99.5", "100", "1e300"]


def _texts(words: Collection[str]) -> st.SearchStrategy[Value]:
    """Texts that are there, parts of them, with wildcards, in another case, and others."""
    word = st.sampled_from(sorted(words))
    part = st.builds(lambda w, a, b: w[min(a, b) : max(a, b)], word, _place, _place)
    other = st.text(st.sampled_from(_ASCII), max_size=9)
    wild = st.builds(lambda a, b: f"{a}*{b}", part, part)
    text = st.one_of(word, part, wild, word.map(str.swapcase), other)
    return (
        st.builds(Value, text, st.just(True))
        | word.filter(_bare).map(Value)
        | wild.filter(_bare).map(Value)
    )


_place = st.integers(0, 20)


def _bare(text: str) -> bool:
    return text != "" and not any(c in text for c in ' ,"~><=:') and not text.startswith("-")


def _values(field: Field, words: Collection[str]) -> st.SearchStrategy[Value]:
    match field.kind:
        case Kind.CHOICE:
            names = st.sampled_from(list(field.choices))
            return (names | names.map(str.swapcase)).map(Value)
        case Kind.TIME:
            return st.sampled_from(_MOMENTS).map(Value)
        case Kind.DURATION:
            return st.sampled_from(_DURATIONS).map(Value)
        case Kind.NUMBER:
            return st.sampled_from(_NUMBERS).map(Value)
        case Kind.ID:
            ids = sorted(word for word in words if len(word) == 36 and word.count("-") == 4)
            whole = st.sampled_from([*ids, "0199c0de-0000-7000-8000-00000000bbbb"])
            return (whole | whole.map(lambda i: i[:8]) | whole.map(lambda i: i[-6:])).map(Value)
        case _:
            return _texts(words)


def terms(fields: Fields, words: Collection[str]) -> st.SearchStrategy[Term]:
    """A valid term.

    Args:
        words: texts that are there, some of them ids.
    """

    def of(field: Field) -> st.SearchStrategy[Term]:
        return st.builds(
            Term,
            st.just(0),
            st.lists(_values(field, words), min_size=1, max_size=3).map(tuple),
            st.just(field.name),
            st.sampled_from(["customer", "count", "two words"]) if field.keyed else st.none(),
            st.sampled_from(field.operators),
            st.booleans(),
        )

    text = st.builds(Term, st.just(0), st.tuples(_texts(words)), negated=st.booleans())
    return st.one_of(text, st.sampled_from(list(fields.by_name.values())).flatmap(of))
