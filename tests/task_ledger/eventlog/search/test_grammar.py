"""A query is text that people write: it is parsed as they meant it, or refused with a place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.errors import BadQuery
from task_ledger.eventlog.search.grammar import Operator, Term, Value, parse, written


def test_a_query_is_words_and_fields() -> None:
    assert parse('drain type:ocr.*  -status:SUCCESS,failure error:~"scale bar"') == (
        Term(0, (Value("drain"),)),
        Term(6, (Value("ocr.*"),), "type"),
        Term(18, (Value("SUCCESS"), Value("failure")), "status", negated=True),
        Term(42, (Value("scale bar", quoted=True),), "error", operator=Operator.CONTAINS),
    )


def test_operators_are_taken_whole() -> None:
    for operator in Operator:
        (term,) = parse(f"attempt:{operator}3")
        assert (term.operator, term.values) == (operator, (Value("3"),))


def test_a_key_follows_a_dot() -> None:
    assert [term.key for term in parse('meta.customer:a meta.a.b-c:1 meta."two words":1')] == [
        "customer",
        "a.b-c",
        "two words",
    ]


def test_a_quoted_text_holds_anything() -> None:
    (term,) = parse(r'"a:b \"c\" \\d"')
    assert term.values == (Value(r'a:b "c" \d', quoted=True),)
    (empty,) = parse('worker:""')
    assert empty.values == (Value("", quoted=True),)


def test_what_only_looks_like_a_field_or_a_minus_is_text() -> None:
    assert [str(term) for term in parse('12:30 - 3/4" -draft')] == ["12:30", "-", '3/4"', "-draft"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_is_no_term(text: str) -> None:
    assert parse(text) == ()


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ('name:"open', 5, "closing"),
        ("status:", 7, "missing"),
        ("status: SUCCESS", 7, "missing"),
        ("status:SUCCESS,", 15, "missing"),
        ('name:"a"b', 8, "space"),
        ("a" * 1001, 1000, "characters"),
        ("a " * 31, 60, "terms"),
        ("type:" + ",".join("a" * 51), 105, "values"),
        ("ab\0", 2, "NUL"),
        ("ab\ud800", 2, "UTF-8"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(text: str, at: int, says: str) -> None:
    with pytest.raises(BadQuery, match=says) as refused:
        parse(text)
    assert refused.value.position == at


_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_bare = st.text(st.characters(categories=["L", "N"], include_characters="*./-"), min_size=1).filter(
    lambda text: not text.startswith("-")
)
_values = st.one_of(
    st.builds(Value, _bare.map(lambda text: text[:12])), st.builds(Value, _text, st.just(True))
)
_terms = st.one_of(
    st.builds(Term, st.just(0), st.tuples(_values), negated=st.booleans()),
    st.builds(
        Term,
        st.just(0),
        st.lists(_values, min_size=1, max_size=3).map(tuple),
        st.sampled_from(["status", "type", "meta"]),
        st.none() | _text,
        st.sampled_from(Operator),
        st.booleans(),
    ),
)


@given(st.lists(_terms, max_size=8))
def test_what_is_written_means_the_same_when_it_is_read(terms: list[Term]) -> None:
    assert [replace(term, position=0) for term in parse(written(tuple(terms)))] == terms


@given(st.text(max_size=60) | st.text('abc:"\\,-~<>=*. ', max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        terms = parse(text)
    except BadQuery as error:
        refused = error.position
    else:
        refused = 0
        again = parse(written(terms))
        assert [replace(term, position=0) for term in again] == [
            replace(term, position=0) for term in terms
        ]
    assert 0 <= refused <= len(text)
