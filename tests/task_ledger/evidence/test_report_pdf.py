"""The PDF has every event, however long its text is."""

from datetime import UTC, datetime

import pypdfium2
import pytest

from task_ledger.evidence.report import MOST_CHARACTERS, Line, Report, cut
from task_ledger.evidence.report_pdf import draw_pdf

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def report(words: str) -> Report:
    """One event between two short ones."""
    lines = [Line(n, "now", "then", "a task", "me", words if n == 2 else "ok") for n in (1, 2, 3)]
    return Report("Evidence", [("project", "tower-a")], [], [], NOW, NOW, lines)


def drawn(words: str) -> tuple[int, str]:
    """The pages, and the text of the document without its spaces."""
    document = pypdfium2.PdfDocument(draw_pdf(report(words)))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return len(document), "".join(text.split())


@pytest.mark.parametrize(
    ("word", "times", "mark"),
    [("word ", 1600, "word"), ("😀", 1000, "\\"), ("x", 8000, "x")],
    ids=["words", "characters that the font lacks", "one word"],
)
def test_an_event_that_is_longer_than_a_page_goes_on_on_the_next(
    word: str, times: int, mark: str
) -> None:
    pages, text = drawn(word * times)
    assert pages > 2
    assert text.count(mark) == times


def test_a_long_text_of_one_event_is_cut() -> None:
    assert cut("ok") == "ok"
    long = cut("x" * 60_000)
    assert len(long) < MOST_CHARACTERS + 50
    assert long.endswith("(cut; events.ndjson has all)")
