"""What docs/model.md says a step stands for is there: the step, the file, and the function."""

import ast
import re
from pathlib import Path

import pytest

from model.judge import PAGE
from model.spin import FOLDER

_ROW = re.compile(r"^\| (`[^|]+) \| ([^|]+) \|$", re.MULTILINE)
_SOURCE = re.compile(r"((?:`[\w.]+`(?:, | in )?)*)\[[\w.]+\]\(([^)]+)\)")


def table() -> dict[str, str]:
    """The rows of the section's table: the model's names, and what they stand for."""
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition("\n## What each step stands for\n")[2].partition("\n## ")[0]
    return dict(_ROW.findall(section))


ROWS = table()


def names(cell: str) -> list[str]:
    """The names in backticks."""
    return re.findall(r"`([\w.]+)`", cell)


def defined_in(path: Path) -> set[str]:
    """The functions that a Python or SQL file defines, those of classes with their class."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return set(re.findall(r"CREATE OR REPLACE FUNCTION (task_ledger\.\w+)\(", text))
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            members = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}.{member.name}" for member in members}
    return found


def test_there_is_a_table() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize("steps", ROWS)
def test_a_step_is_in_the_models(steps: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.pml"))
    assert [name for name in names(steps) if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("steps", ROWS)
def test_what_it_stands_for_exists(steps: str) -> None:
    sources = _SOURCE.findall(ROWS[steps])
    assert sources
    for functions, target in sources:
        path = (PAGE.parent / target).resolve()
        assert path.is_file(), target
        missing = [name for name in names(functions) if name not in defined_in(path)]
        assert missing == [], target


def test_every_name_belongs_to_a_file() -> None:
    for steps, stands_for in ROWS.items():
        named = [name for functions, _ in _SOURCE.findall(stands_for) for name in names(functions)]
        assert names(stands_for) == named, steps
