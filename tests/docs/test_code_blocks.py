"""Every code block of the documentation is of a language that is checked, and commands exist."""

import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from celery.bin.celery import celery

from tests.docs.test_links import PAGES, REPOSITORY
from tests.docs.test_snippets import unknown_parts

CHECKED = {"python", "sql", "sh", "console", "mermaid", "tsx", "diff", "json", "yaml"}
"""Languages whose blocks a test runs, parses, compiles or compares."""
PLAIN = {"text"}
"""Output and formats: nothing that could be run."""

MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
SETTINGS = (REPOSITORY / "deploy" / "README.md").read_text(encoding="utf-8")
OTHER_PROGRAMS = {"cp", "curl", "helm", "jq", "psql", "rabbitmqctl", "systemctl"}


def fences(text: str) -> Iterator[tuple[str, str]]:
    """The language and the text of each code block of a page."""
    yield from re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shell_lines() -> list[object]:
    """Each line of a shell block, with the page it is on."""
    found: list[object] = []
    for page in PAGES:
        for language, text in fences(page.read_text(encoding="utf-8")):
            lines = text.splitlines()
            if language == "console":
                lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
            elif language != "sh":
                continue
            found += [
                pytest.param(line, id=f"{page.relative_to(REPOSITORY)}: {line}")
                for line in lines
                if line.partition("#")[0].strip()
            ]
    return found


def wrong(line: str) -> str | None:
    """What is wrong with a command line; None for nothing."""
    words = shlex.split(line, comments=True)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    if words[-1] == "&":
        words.pop()
    program, *given = words
    known = {
        "celery": lambda: given[:1] == ["-A"] and given[2] in celery.commands,
        "export": lambda: f"`{given[0].partition('=')[0]}`" in SETTINGS,
        "make": lambda: all(map(_known_to_make, given)),
        "python": lambda: _python_has(given),
        "task-ledger": lambda: unknown_parts(line) == [],
        "uvicorn": lambda: _module_exists(given[0].partition(":")[0]),
    }
    if program in OTHER_PROGRAMS or known.get(program, lambda: False)():
        return None
    return f"does not exist: {line}"


def _known_to_make(word: str) -> bool:
    variable, is_variable, _ = word.partition("=")
    if is_variable:
        return f"$({variable})" in MAKEFILE or f"$(or $({variable})" in MAKEFILE
    return re.search(rf"^{word}:", MAKEFILE, re.MULTILINE) is not None


def _python_has(given: list[str]) -> bool:
    if given[0] == "-m":
        return _module_exists(given[1])
    return any((folder / given[0]).is_file() for folder in (REPOSITORY, REPOSITORY / "docs"))


def _module_exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("line", shell_lines())
def test_a_command_of_a_shell_block_exists(line: str) -> None:
    assert wrong(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "make forget",
        "make test SPEED=2",
        "python -m examples.missing",
        "python docs/missing.py x",
        "celery -A shop fly",
        "uvicorn examples.quickstart.missing:web",
        "export TASK_LEDGER_NO_SETTING=1",
        "task-ledger verify --deep",
        "X=1 unheard-of --option",
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    assert wrong(line) == f"does not exist: {line}"


def test_the_example_in_typescript_is_the_one_that_is_compiled() -> None:
    page = (REPOSITORY / "docs" / "web.md").read_text(encoding="utf-8")
    compiled = (REPOSITORY / "services" / "web" / "src" / "example.tsx").read_text(encoding="utf-8")
    blocks = [text for language, text in fences(page) if language == "tsx"]
    assert blocks == [compiled.partition("\n")[2]]


def test_every_block_of_json_can_be_parsed() -> None:
    for page in PAGES:
        for language, text in fences(page.read_text(encoding="utf-8")):
            if language == "json":
                json.loads(text)


def test_every_block_of_yaml_can_be_parsed() -> None:
    for page in PAGES:
        for language, text in fences(page.read_text(encoding="utf-8")):
            if language == "yaml":
                yaml.safe_load(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_block_names_a_language_that_is_checked_or_is_plain_text(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert {language for language, _ in fences(text)} <= CHECKED | PLAIN
