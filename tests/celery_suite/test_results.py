"""Two runs of Celery's suite are compared test by test, and with the list of what may differ."""

from pathlib import Path
from xml.etree.ElementTree import ParseError

import pytest

from tests.celery_suite.known import MOST, Known, judge, read_known
from tests.celery_suite.results import Difference, Outcome, differences, read_results

PAGE = Path(__file__).parents[2] / "docs" / "celery-suite.md"
PASSED, FAILED, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED

RESULTS = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4">
<testcase classname="t.unit.app.test_app.test_App" name="test_now" file="t/unit/app/test_app.py"/>
<testcase classname="t.unit.app.test_app" name="test_old[a.b]" file="t/unit/app/test_app.py">
<failure message="assert 1 == 2">E</failure></testcase>
<testcase classname="t.unit.app.test_app" name="test_left" file="t/unit/app/test_app.py">
<skipped type="pytest.skip" message="no redis"/></testcase>
<testcase classname="t.unit.app.test_app" name="test_torn" file="t/unit/app/test_app.py"/>
<testcase classname="t.unit.app.test_app" name="test_torn" file="t/unit/app/test_app.py">
<error message="failed on teardown">E</error></testcase>
</testsuite></testsuites>"""


def test_results_are_named_as_pytest_names_the_tests(tmp_path: Path) -> None:
    path = tmp_path / "results.xml"
    path.write_text(RESULTS)
    assert read_results(path) == {
        "t/unit/app/test_app.py::test_App::test_now": PASSED,
        "t/unit/app/test_app.py::test_old[a.b]": FAILED,
        "t/unit/app/test_app.py::test_left": SKIPPED,
        "t/unit/app/test_app.py::test_torn": FAILED,
    }


def test_results_that_are_cut_off_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.xml"
    path.write_text(RESULTS[:-40])
    with pytest.raises(ParseError):
        read_results(path)


def test_whatever_ends_in_another_way_differs_and_what_fails_on_both_does_not() -> None:
    plain = {"same": PASSED, "broken": FAILED, "worse": PASSED, "better": FAILED, "left": PASSED}
    ledger = {"same": PASSED, "broken": FAILED, "worse": FAILED, "better": PASSED, "new": PASSED}
    assert differences(plain, ledger) == [
        Difference("better", FAILED, PASSED),
        Difference("left", PASSED, Outcome.MISSING),
        Difference("new", Outcome.MISSING, PASSED),
        Difference("worse", PASSED, FAILED),
    ]


def test_a_difference_passes_only_if_it_is_listed() -> None:
    known = [Known("a", "because")]
    a, b = Difference("a", PASSED, FAILED), Difference("b", PASSED, FAILED)
    assert judge([a], known, {"a", "b"}).passes
    verdict = judge([a, b], known, {"a", "b"})
    assert (verdict.passes, verdict.unexpected) == (False, [b])


def test_a_listed_test_that_does_not_differ_is_to_be_taken_out() -> None:
    known = [Known("a", "because")]
    verdict = judge([], known, {"a"})
    assert (verdict.passes, verdict.healed) == (False, known)
    assert judge([], known, {"b"}).passes, "the part that has it was not run"


@pytest.mark.parametrize("repeated", [False, True])
def test_a_list_that_grows_or_repeats_itself_is_refused(tmp_path: Path, repeated: bool) -> None:
    lines = [
        f'[[difference]]\ntest = "t{0 if repeated else n}"\nreason = "r"\n'
        for n in range(2 if repeated else MOST + 1)
    ]
    path = tmp_path / "differences.toml"
    path.write_text("".join(lines))
    with pytest.raises(ValueError, match="names a test twice" if repeated else "at most 19"):
        read_known(path)


def test_a_line_without_parameters_is_about_all_of_them() -> None:
    known = [Known("t.py::test_a", "because")]
    first, second = (Difference(f"t.py::test_a[{each}]", PASSED, FAILED) for each in "12")
    other = Difference("t.py::test_ab", PASSED, FAILED)
    ran = {first.test, second.test, other.test}
    assert judge([first], known, ran).passes
    assert judge([first, other], known, ran).unexpected == [other]
    assert judge([], known, ran).healed == known


def test_the_page_about_the_suite_has_the_list() -> None:
    rows = [f"| `{line.test.rpartition('::')[2]}` | {line.reason} |" for line in read_known()]
    text = PAGE.read_text()
    assert [row for row in rows if row not in text] == []
    assert text.count("\n| `test_") == len(rows)
