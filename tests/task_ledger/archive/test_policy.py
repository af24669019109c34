"""The projector's part `months` retires what is no longer kept, and goes on where something is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from task_ledger.archive import policy
from task_ledger.archive.month import Month
from task_ledger.archive.policy import newest_to_retire
from task_ledger.archive.retiring import retire_month
from task_ledger.archive.store import open_archives
from task_ledger.archive.verifying import verify_month
from task_ledger.ops.heartbeat import VARIABLE, overdue
from task_ledger.ops.settings import Settings
from task_ledger.projector.parts import MONTHS_EVERY_S, opening_months
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, registered
from tests.task_ledger.sealer.databases import project

Owner = psycopg.Connection[Any]


@pytest.fixture
def step(settings: Settings) -> Callable[..., list[str]]:
    """One step of the part, with settings; returns the events that were logged."""

    def run(**values: Any) -> list[str]:
        told = settings.model_copy(update=values)
        with capture_logs() as logs, opening_months(told) as part:
            assert part() == MONTHS_EVERY_S
        return [f"{each['event']} {each['month']}" for each in logs]

    return run


def test_older_months_are_retired_and_others_stay(
    database: Database, owner: Owner, step: Callable[..., list[str]], settings: Settings
) -> None:
    ended(owner, "riverside")
    project(database)
    assert step() == []
    assert step(keep_months=3) == []
    assert step(keep_months=2) == [f"retire.held_back {MONTH}"], "there is no sealed log"
    assert step(keep_months=2, retire_unsealed=True) == [f"retire.retired {MONTH}"]
    assert step(keep_months=2, retire_unsealed=True) == []
    archives = open_archives(str(settings.var_dir / "archive"))
    assert verify_month(archives, MONTH).tasks == 1


def test_a_retirement_that_takes_hours_does_not_seem_to_hang(
    step: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[float] = []
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(policy, "retire_due", lambda _: found.append(overdue(tmp_path)["months"]))
    step(keep_months=2)
    assert [late_s < -20 * 3600 for late_s in found] == [True]


def test_a_month_held_back_does_not_hold_back_others(
    database: Database, owner: Owner, step: Callable[..., list[str]]
) -> None:
    owner.execute("SELECT task_ledger.open_bucket(%s)", (MONTH.back(1).bucket,))
    registered(owner, "riverside", MONTH.back(1))
    ended(owner, "riverside")
    project(database)
    wanted = [f"retire.held_back {MONTH.back(1)}", f"retire.retired {MONTH}"]
    assert step(keep_months=2, retire_unsealed=True) == wanted


@pytest.mark.slow
def test_a_month_in_use_is_tried_again_an_hour_later(
    database: Database, owner: Owner, step: Callable[..., list[str]]
) -> None:
    ended(owner, "riverside")
    project(database)
    with psycopg.connect(database.url_for("owner")) as other:
        other.execute("LOCK TABLE task_ledger.bucket IN SHARE MODE")
        assert step(keep_months=2, retire_unsealed=True) == [f"retire.held_back {MONTH}"]
    assert step(keep_months=2, retire_unsealed=True) == [f"retire.retired {MONTH}"]


@pytest.mark.parametrize(
    ("keep", "day", "newest"),
    [(1, "2026-11-30", 202609), (12, "2026-01-01", 202412), (24, "2026-12-31", 202411)],
)
def test_the_configured_number_of_whole_months_is_kept(keep: int, day: str, newest: int) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert newest_to_retire(keep, now) == Month(newest)


def test_an_object_store_holds_archives_like_a_folder(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """fsspec's store in memory stands for one."""
    archives = open_archives(f"memory://{uuid4()}/archives")
    assert archives.months() == []
    ended(owner, "riverside")
    project(database)
    retire_month(owner, MONTH, archives, None, actor="anna")
    assert archives.months() == [str(MONTH)]
    assert verify_month(archives, MONTH).events == 4
    (folder,) = [
        each["folder"]
        for each in json.loads(archives.read(f"{MONTH}/month.json") or b"")["projects"]
    ]
    assert len(archives.names(f"{MONTH}/{folder}")) == 2
