"""In CI a test that is skipped is a test that fails; elsewhere it is skipped and says why.

The one exception: real drawings, which are not part of the project and may not be there.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SKIPS = {
    "a test that skips itself": "import pytest\ndef test(): pytest.skip('no browser')\n",
    "a mark": "import pytest\n@pytest.mark.skip('no browser')\ndef test(): pass\n",
    "a fixture": (
        "import pytest\n@pytest.fixture\ndef browser(): pytest.skip('no browser')\n"
        "def test(browser): pass\n"
    ),
    "a whole file": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
}


def run(folder: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(code)
    (folder / "pytest.ini").touch()
    return subprocess.run(
        [*(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-rs"), str(folder)],
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_fails_in_ci(tmp_path: Path, kind: str) -> None:
    outcome = run(tmp_path, SKIPS[kind], CI="true")
    assert outcome.returncode != 0
    assert "Nothing may be skipped when CI is true" in outcome.stdout
    assert "no browser" in outcome.stdout


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_says_why_elsewhere(tmp_path: Path, kind: str) -> None:
    outcome = run(tmp_path, SKIPS[kind])
    assert "1 skipped" in outcome.stdout
    assert "no browser" in outcome.stdout


NEEDS_DRAWINGS = """from tests.takeoff.samples import FOLDER, NO_DRAWINGS, needs_drawings
import pytest
@needs_drawings
def test_drawings(): assert FOLDER.is_dir()
"""


def test_drawings_that_are_not_there_are_skipped_in_ci_too(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    outcome = run(tmp_path, NEEDS_DRAWINGS, CI="true", TASK_LEDGER_SAMPLES=missing)
    assert outcome.returncode == 0
    assert "1 skipped" in outcome.stdout
    assert "no real drawings here" in outcome.stdout


def test_drawings_that_are_there_are_not_skipped(tmp_path: Path) -> None:
    outcome = run(tmp_path, NEEDS_DRAWINGS, CI="true", TASK_LEDGER_SAMPLES=str(tmp_path))
    assert outcome.returncode == 0
    assert "1 passed" in outcome.stdout


def test_nothing_is_skipped_for_want_of_drawings_that_are_there(tmp_path: Path) -> None:
    code = f"{NEEDS_DRAWINGS}def test(): pytest.skip(NO_DRAWINGS)\n"
    outcome = run(tmp_path, code, CI="true", TASK_LEDGER_SAMPLES=str(tmp_path))
    assert outcome.returncode != 0
    assert "1 failed, 1 passed" in outcome.stdout


def test_a_skip_beside_the_missing_drawings_fails_in_ci(tmp_path: Path) -> None:
    code = f"{NEEDS_DRAWINGS}def test(): pytest.skip(f'{{NO_DRAWINGS}}, and no browser')\n"
    missing = str(tmp_path / "missing")
    outcome = run(tmp_path, code, CI="true", TASK_LEDGER_SAMPLES=missing)
    assert outcome.returncode != 0
    assert "1 failed, 1 skipped" in outcome.stdout


def test_a_test_that_is_expected_to_fail_is_no_skip(tmp_path: Path) -> None:
    code = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test(): assert False\n"
    assert run(tmp_path, code, CI="true").returncode == 0
