"""A side runs tests of Celery's with its class, and comes to results or says why not."""

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.celery_suite.results import Difference, Outcome, differences
from tests.celery_suite.run import REPOSITORY, BadSources, Side, SuiteFailed, check_sources

TESTS = """
import os
from celery import Celery

def test_the_fixture_is_plain(celery_app):
    assert type(celery_app).__module__ == "celery.app.base"

def test_the_name_is_plain():
    assert Celery.__module__ == "celery.app.base"

def test_both_pass(celery_app):
    assert celery_app.main == "celery.tests"
"""


def side(name: str, folder: Path, tests: str) -> Side:
    """A side in a folder of its own, with tests."""
    home = folder / name
    home.mkdir()
    (home / "test_small.py").write_text(tests)
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "TASK_LEDGER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }
    return Side(name, home, environment, 60)


def test_ledgercelery_is_in_celerys_place_on_one_side_alone(tmp_path: Path) -> None:
    both = [side(name, tmp_path, TESTS).start("unit", ["."]) for name in ("plain", "ledger")]
    plain, ledger = [running.wait(60) for running in both]
    assert set(plain.values()) == {Outcome.PASSED}
    assert differences(plain, ledger) == [
        Difference(f"test_small.py::test_the_{what}_is_plain", Outcome.PASSED, Outcome.FAILED)
        for what in ("fixture", "name")
    ]


@pytest.mark.parametrize(
    ("tests", "why"),
    [("import os\nos._exit(3)", "no results, status 3"), ("", "no test ran, status 5")],
    ids=["killed", "empty"],
)
def test_a_side_without_results_is_no_agreement(tmp_path: Path, tests: str, why: str) -> None:
    with pytest.raises(SuiteFailed, match=why):
        side("plain", tmp_path, tests).start("unit", ["."]).wait(60)


def test_a_side_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    running = side("plain", tmp_path, "import time\ntime.sleep(600)").start("unit", ["."])
    with pytest.raises(SuiteFailed, match="no results within 1 s"):
        running.wait(1)
    assert running.process.poll() is not None


def test_sources_of_another_version_or_without_tests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSources, match="has no t/unit/app"):
        check_sources(tmp_path)
    for name in ("app", "tasks", "worker"):
        (tmp_path / "t/unit" / name).mkdir(parents=True)
    (tmp_path / "t/integration").mkdir()
    for name in ("tasks", "canvas"):
        (tmp_path / f"t/integration/test_{name}.py").touch()
    (tmp_path / "celery").mkdir()
    about = tmp_path / "celery/__init__.py"
    about.write_text("__version__ = '4.0'\n")
    with pytest.raises(BadSources, match=rf"is Celery 4\.0; {version('celery')} is installed"):
        check_sources(tmp_path)
    about.write_text(f"__version__ = '{version('celery')}'\n")
    check_sources(tmp_path)
