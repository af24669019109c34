"""pyright finds an application's mistakes with the public names, and nothing else."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_WRONG = re.compile(r"# wrong: (\w+)")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[tuple[int, str]]]:
    """What pyright says of both files: lines and rules, by the file's name."""
    folder = tmp_path_factory.mktemp("application")
    for name in ("adopter.py", "mistakes.txt"):
        text = (HERE / name).read_text(encoding="utf-8")
        (folder / name).with_suffix(".py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(
        [*command, str(folder)], cwd=folder, capture_output=True, text=True, check=False
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["summary"]["filesAnalyzed"] == 2, done.stdout + done.stderr
    found: dict[str, Counter[tuple[int, str]]] = {"adopter": Counter(), "mistakes": Counter()}
    for each in answer["generalDiagnostics"]:
        place = each["range"]["start"]["line"] + 1, each.get("rule", each["message"])
        found[Path(each["file"]).stem][place] += 1
    return found


def test_correct_code_has_no_errors_in_strict_mode(
    found: dict[str, Counter[tuple[int, str]]],
) -> None:
    assert found["adopter"] == {}


def test_each_mistake_is_found(found: dict[str, Counter[tuple[int, str]]]) -> None:
    lines = (HERE / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    wrong = {(n, rule[1]) for n, line in enumerate(lines, 1) if (rule := _WRONG.search(line))}
    assert len(wrong) == 6
    assert wrong <= set(found["mistakes"])
    assert {line for line, _ in found["mistakes"]} == {line for line, _ in wrong}
