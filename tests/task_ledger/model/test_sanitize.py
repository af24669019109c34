"""Text as PostgreSQL can keep it."""

from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.model.sanitize import cut_to, sanitize, sanitize_text
from tests.servers import Database
from tests.task_ledger.legal_logs import QUICK

ANYTHING = st.text(st.characters(codec=None) | st.sampled_from("\0\ud800\udfff\udc80"))


@QUICK
@given(ANYTHING)
def test_storable_text_has_no_nul_and_encodes(text: str) -> None:
    kept = sanitize_text(text)
    assert "\0" not in kept
    kept.encode()
    assert sanitize_text(kept) == kept


@QUICK
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_text_that_is_storable_is_left_as_it_is(text: str) -> None:
    assert sanitize_text(text) == text


def test_only_what_cannot_be_stored_is_replaced() -> None:
    assert sanitize_text("a\0b\ud83dc\N{GRINNING FACE}") == "a\ufffdb\ufffdc\N{GRINNING FACE}"


def test_postgresql_keeps_it(database: Database) -> None:
    with psycopg.connect(database.url) as connection:

        @QUICK
        @given(ANYTHING)
        def check(text: str) -> None:
            kept = sanitize_text(text)
            assert connection.execute("SELECT %s::text", (kept,)).fetchone() == (kept,)

        check()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a\0": ["\0", ("x", 1)]}, {"a\ufffd": ["\ufffd", ["x", 1]]}),
        (None, None),
        (1.5, 1.5),
        ({1: "\0"}, {1: "\ufffd"}),
    ],
)
def test_text_is_replaced_at_any_depth_and_nothing_else_is(value: Any, kept: Any) -> None:
    assert sanitize(value) == kept


@QUICK
@given(st.text(), st.integers(40, 100))
def test_cut_text_has_at_most_the_limit_and_says_how_much_is_gone(text: str, limit: int) -> None:
    cut = cut_to(text, limit)
    assert len(cut) <= limit
    if len(text) <= limit:
        assert cut == text
    else:
        assert cut.endswith(f"({len(text) - limit} more characters)")
        assert text.startswith(cut[: cut.index(" … (")])
