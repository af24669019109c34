"""The runbook has a section for every alert, and each of its steps runs when it is needed."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from docs.generate.alerts import ALERTS, RUNBOOK, Alert
from task_ledger.cli.checks.check import Level
from tests.docs.runbook import PROJECT, SCENARIOS
from tests.docs.test_links import REPOSITORY, anchors
from tests.servers import quick_folder
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.conditions.system import System, healthy_system

PAGE = REPOSITORY / RUNBOOK
TASK = "01a209ad-82ef-7627-b353-0b20b9289804"
NOT_SYMPTOMS = {"Alerts and metrics"}


@dataclass(frozen=True)
class Step:
    """A command, or a statement of SQL."""

    text: str
    sql: bool


def sections() -> dict[str, list[Step]]:
    """The steps of each section of the page, by its heading."""
    found: dict[str, list[Step]] = {}
    _, *parts = re.split(r"^## (.+)\n", PAGE.read_text(encoding="utf-8"), flags=re.M)
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        blocks = re.findall(r"^ *```(sh|sql)\n(.*?)^ *```$", text, re.M | re.S)
        if heading not in NOT_SYMPTOMS:
            found[heading] = [
                Step(step.strip(), language == "sql")
                for language, block in blocks
                for step in block.strip().split(";" if language == "sql" else "\n")
                if step.strip()
            ]
    return found


SECTIONS = sections()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with (
        quick_folder(tmp_path_factory.mktemp("runbook")) as folder,
        healthy_system(folder) as system,
    ):
        yield system


@pytest.fixture
def system(servers: System) -> Iterator[System]:
    with servers.undo:
        yield servers


def run(system: System, step: Step, task_id: UUID | None, folder: Path) -> tuple[int, str]:
    """The exit status of a step, and what it shows."""
    text = step.text.replace(TASK, str(task_id)).replace("riverside", PROJECT)
    if not step.sql:
        program, *arguments = shlex.split(text)
        assert program == "task-ledger"
        ended = Command(system.environment, folder)(*arguments)
        return ended.status, " ".join((ended.out + ended.err).split())
    role = "projector" if "last_error" in text else "auditor"
    address = system.server.superuser_url("task_ledger") if "ALTER" in text else None
    with psycopg.connect(address or system.url_of(role), autocommit=True) as connection:
        cursor = connection.execute(text.encode())
        rows = cursor.fetchall() if cursor.description else []
        return 0, " ".join(str(row) for row in rows)


@pytest.mark.parametrize("heading", SCENARIOS)
def test_each_step_of_a_section_shows_what_it_is_for(
    system: System, heading: str, tmp_path: Path
) -> None:
    scenario = SCENARIOS[heading]
    steps = SECTIONS[heading]
    assert len(steps) == len(scenario.shown)
    task_id = scenario.begin(system)
    for step, (status, told) in zip(steps, scenario.shown, strict=True):
        ended, shown = run(system, step, task_id, tmp_path)
        assert ended == status, (step.text, shown)
        assert told.format(task=task_id) in shown, step.text
    if scenario.healthy:
        assert [check for check in system.checks() if check.level is not Level.OK] == []


def test_every_symptom_has_steps_that_are_run() -> None:
    assert list(SECTIONS) == list(SCENARIOS)
    assert [heading for heading, steps in SECTIONS.items() if not steps] == []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_leads_to_a_section_for_it(alert: Alert) -> None:
    assert alert.section in anchors(PAGE)
    heading = next(each for each in SECTIONS if each.lower().replace(" ", "-") == alert.section)
    assert SECTIONS[heading]
