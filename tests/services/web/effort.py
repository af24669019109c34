"""Counting what a person does on the page to get something done.

The page itself counts, so that no way of driving it bypasses the counter. A click is a press of
the mouse, a choice in a select or a date field, a key outside text fields, Enter in one that is no
query bar, each further loading of the page, each step back or forward, and a click that a script
makes. A query is one entry in a query bar or in the palette: text that Enter, another field or a
change other than further typing ends. Typing a reason costs nothing; confirming it does.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

from tests.services.web.site import REPOSITORY

MOST_CLICKS: Final = 5
MOST_QUERIES: Final = 1

PUBLISHED_IN: Final = REPOSITORY / "docs/web.md"
_ROW: Final = re.compile(
    r"^\| (?P<words>[^|]+[?.]) \| (?P<clicks>\d+) \| (?P<queries>\d+) \|$", re.M
)

_COUNT: Final = """
(() => {
  const count = what =>
    sessionStorage.setItem(what, Number(sessionStorage.getItem(what) ?? 0) + 1);
  const typed = 'input:not([type=checkbox],[type=radio],[type=range]),textarea,select';
  const field = e => e.target.closest?.(typed);
  let entry = '';
  count('loads');
  addEventListener('pointerdown', () => count('clicks'), true);
  addEventListener('click', e => e.isTrusted || count('clicks'), true);
  addEventListener('popstate', () => count('clicks'), true);
  addEventListener('change', e => e.target.matches('select,[type^=date]') && count('clicks'), true);
  addEventListener('keydown', e => {
    if (['Control', 'Shift', 'Alt', 'Meta'].includes(e.key)) return;
    if (!field(e) || (e.key === 'Enter' && !e.target.matches('[role=combobox]'))) count('clicks');
    else if (e.key === 'Enter') entry = '';
  }, true);
  addEventListener('input', e => {
    if (!e.target.matches('[role=combobox]')) return;
    const text = e.target.value;
    if (text !== '' && (entry === '' || !text.startsWith(entry))) count('queries');
    entry = text;
  }, true);
  addEventListener('focusout', () => { entry = ''; }, true);
})()
"""


@dataclass(frozen=True)
class Effort:
    """How much was done on the page."""

    clicks: int
    queries: int


class TooMuchEffort(AssertionError):
    """Something took more clicks or queries than it may."""


def count_on(page: Page) -> None:
    """Count from the page's next loading on."""
    page.add_init_script(_COUNT)


def begin(page: Page, url: str) -> None:
    """Open the page where everything begins, with nothing done yet."""
    page.goto(url)
    page.evaluate("sessionStorage.clear()")


def spent(page: Page) -> Effort:
    """What has been done since the beginning."""
    counted: Any = page.evaluate(
        "['clicks', 'loads', 'queries'].map(what => Number(sessionStorage.getItem(what) ?? 0))"
    )
    clicks, loads, queries = counted
    return Effort(clicks + loads, queries)


def check(effort: Effort) -> None:
    """Raise `TooMuchEffort` for more than five clicks or more than one query."""
    if effort.clicks > MOST_CLICKS or effort.queries > MOST_QUERIES:
        raise TooMuchEffort(f"{effort}: at most {MOST_CLICKS} clicks and {MOST_QUERIES} query")


def published() -> dict[str, Effort]:
    """The tasks that the document lists, with the effort that it states."""
    text = PUBLISHED_IN.read_text(encoding="utf-8")
    return {
        row["words"]: Effort(int(row["clicks"]), int(row["queries"])) for row in _ROW.finditer(text)
    }
