"""The page and the badge of the coverage say what coverage has measured."""

from typing import Any

import pytest

from docs.generate.coverage import Covered, badge, by_room, page


def found(statements: int, branches: int, lines: int, taken: int) -> dict[str, Any]:
    return {
        "summary": {
            "num_statements": statements,
            "num_branches": branches,
            "covered_lines": lines,
            "covered_branches": taken,
        }
    }


REPORT = {
    "files": {
        "task_ledger/access.py": found(10, 0, 10, 0),
        "task_ledger/celery/app.py": found(100, 20, 90, 10),
        "task_ledger/celery/run/attempt.py": found(70, 10, 70, 9),
    }
}


def test_statements_and_branches_are_added_up_by_package() -> None:
    assert by_room(REPORT) == {"": Covered(10, 10), "celery": Covered(200, 179)}


def test_the_page_names_each_package_the_total_and_what_was_measured() -> None:
    text = page(REPORT, "2026-01-01, v1")
    assert "| `task_ledger.celery` | 200 | 179 | 89.5 % |" in text
    assert "In all, 189 of 210: **90.0 %**" in text
    assert "Measured on 2026-01-01, v1." in text


def test_the_badge_has_the_number_as_text() -> None:
    assert "<title>coverage 90.0 %</title>" in badge(REPORT)


@pytest.mark.parametrize(("run", "shown"), [(9999, "99.9 %"), (10_000, "100.0 %")])
def test_all_but_one_is_not_rounded_up_to_everything(run: int, shown: str) -> None:
    assert Covered(10_000, run).percent == shown
