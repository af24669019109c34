"""The page of public names has all of them, and guides and examples use no other."""

import ast
import re
from collections.abc import Iterator

import pytest

import task_ledger
from docs.generate.python import FURTHER
from task_ledger import django, server
from tests.docs.test_links import PAGES, REPOSITORY

PAGE = REPOSITORY / "docs" / "reference" / "python.md"
PUBLIC = {
    *(("task_ledger", name) for name in task_ledger.__all__),
    *(("task_ledger.server", name) for name in server.__all__),
    *(("task_ledger.django", name) for name in django.__all__),
    *FURTHER,
}


def imported(code: str) -> set[tuple[str, str]]:
    """What a piece of Python imports from the ledger: modules and names."""
    return {
        (node.module, alias.name)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("task_ledger")
        for alias in node.names
        if node.module
    }


def private(code: str) -> set[tuple[str, str]]:
    """Of that, what is not public."""
    return {
        (module, name)
        for module, name in imported(code) - PUBLIC
        if not module.startswith("task_ledger.sealer.")
    }


def pieces() -> Iterator[object]:
    """Every block of Python in a guide, and every file of an example."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for n, code in enumerate(re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S), 1):
            yield pytest.param(code, id=f"{page.relative_to(REPOSITORY)}-{n}")
    for file in sorted((REPOSITORY / "examples").rglob("*.py")):
        yield pytest.param(file.read_text(encoding="utf-8"), id=str(file.relative_to(REPOSITORY)))


@pytest.mark.parametrize("code", list(pieces()))
def test_guides_and_examples_import_public_names_only(code: str) -> None:
    assert private(code) == set()


def test_a_private_name_is_found() -> None:
    code = "from task_ledger.celery.run.attempt import Attempt\nfrom task_ledger import enqueue\n"
    assert private(code) == {("task_ledger.celery.run.attempt", "Attempt")}


@pytest.mark.parametrize(("module", "name"), sorted(PUBLIC))
def test_every_public_name_is_on_the_page(module: str, name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = "Further modules" if (module, name) in FURTHER else f"`{module}`"
    assert f"`{name}`" in text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]


def test_the_page_names_nothing_that_is_not_public() -> None:
    names = {name for _, name in PUBLIC}
    rows = re.findall(r"^\| (?:`task_ledger\.\S+` \| )?`(\w+)` \|", PAGE.read_text(), re.M)
    assert set(rows) <= names
    assert len(rows) > 20
