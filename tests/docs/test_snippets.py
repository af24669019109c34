"""The snippets of the documentation name what exists, and its queries run."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery.bin.worker import worker as celery_worker

from docs.generate.command_line import commands
from services.plugin import takeoff
from task_ledger.cli.commands import COMMANDS
from tests.docs.test_links import PAGES, REPOSITORY
from tests.forked import Forked
from tests.servers import Database

GENERATED = "<!-- Written by"
RUN_ELSEWHERE = ("docs/how-to/django.md", "docs/how-to/fastapi.md", "docs/how-to/flask.md")
"""Pages whose code belongs together: tests/task_ledger/django/test_guide.py and
test_framework_pages.py run it."""


def blocks(language: str) -> list[Any]:
    """Every code block in one language, with the page it is on."""
    found: list[Any] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        name = str(page.relative_to(REPOSITORY))
        fences = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        found += [pytest.param(code, id=f"{name}-{n}") for n, code in enumerate(fences, start=1)]
    return found


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a process of its own, with addresses that nobody listens on."""
    addresses = {
        "TASK_LEDGER_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "TASK_LEDGER_BROKER_URL": "redis://127.0.0.1:9/0",
    }
    process = Forked(
        *("tests.docs.run_code", code), cwd=REPOSITORY, env=os.environ | addresses,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def on_their_own() -> list[Any]:
    """The blocks of Python that run by themselves."""
    return [
        block
        for block in blocks("python")
        if "__main__" not in block.values[0] and not block.id.startswith(RUN_ELSEWHERE)
    ]


@pytest.mark.parametrize("code", on_their_own())
def test_python_runs(code: str) -> None:
    done = run(code)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_does_not_exist_is_found() -> None:
    assert (
        "dequeue" in run("from task_ledger.registration.enqueue import enqueue, dequeue\n").stderr
    )


@pytest.mark.parametrize("sql", [b for b in blocks("sql") if "SELECT" in b.values[0]])
def test_a_query_runs(sql: str, database: Database) -> None:
    # The relay's errors may show what was sent, so the auditor cannot read them.
    role = "projector" if "last_error" in sql else "auditor"
    with psycopg.connect(database.url_for(role)) as connection:
        for statement in filter(str.strip, sql.split(";")):
            connection.execute(statement.encode())


def unknown_parts(line: str) -> list[str]:
    """The words of a command line that `task-ledger` does not know."""
    words = shlex.split(line, comments=True)
    all_commands = commands((*COMMANDS, *takeoff.commands))
    known = {name.removeprefix("task-ledger "): command for name, command in all_commands}
    name = next((n for n in (" ".join(words[1:3]), words[1]) if n in known), None)
    if name is None:
        return [words[1]]
    options = {o for p in known[name].params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    if known[name].context_settings.get("ignore_unknown_options"):
        options |= {o for p in celery_worker.params for o in (*p.opts, *p.secondary_opts)}
    given = [word for word in words[1 + len(name.split()) :] if word.startswith("--")]
    return [word for word in given if word not in options]


def command_lines() -> list[Any]:
    """Every line of the documentation that calls `task-ledger`."""
    found: set[str] = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if text.startswith(GENERATED):
            continue
        found |= set(re.findall(r"^(task-ledger [a-z][^\n>&|]+)", text, re.MULTILINE))
        found |= set(re.findall(r"`(task-ledger [a-z][^`\n]+)`", text))
    return sorted(line for line in found if "COMMAND" not in line)


@pytest.mark.parametrize("line", command_lines())
def test_a_command_exists_with_its_options(line: str) -> None:
    assert unknown_parts(line.replace("…", "x")) == []


def test_an_unknown_command_or_option_is_found() -> None:
    assert unknown_parts("task-ledger forget") == ["forget"]
    assert unknown_parts("task-ledger verify --project x --deep") == ["--deep"]
    assert unknown_parts("task-ledger worker --hostname x --deep") == ["--deep"]


def test_the_docs_name_every_direct_dependency_and_no_other() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    names = {
        re.match(r"[\w-]+", each)[0]  # pyright: ignore[reportOptionalSubscript]
        for group in groups
        for each in group
        if isinstance(each, str)
    }
    text = Path(REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\w-]+) \|", text, re.M)
    assert sorted(set(listed) - {"package"}) == sorted(names)
