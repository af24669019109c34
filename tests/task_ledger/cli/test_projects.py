"""`task-ledger projects` lists, names, hides and unhides."""

from typing import Any

import psycopg
import pytest
from psycopg import errors as pg

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.access_log import read_accesses
from task_ledger.eventlog.projects import hide_project, name_project, unhide_project
from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.histories import fold_all_tasks
from tests.servers import Database
from tests.task_ledger.cli.command import Command

NAMING = "tests.task_ledger.cli.naming_plugin:PLUGIN"


@pytest.fixture
def shop(writer: psycopg.Connection[Any]) -> None:
    """The projects `depot` and `shop` with a task each."""
    data = Registered(task_type="pack", name="Pack", queue="celery").to_json()
    for project in ("depot", "shop"):
        writer.execute(
            "SELECT task_ledger.register(%s, %s, 'anna', now(), %s::json, 1, 3, NULL)",
            (new_task_id(), project, data),
        )
    fold_all_tasks(writer)


@pytest.mark.usefixtures("shop")
def test_a_project_is_named_hidden_and_shown_again_each_recorded_once(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    named = command("projects", "name", "shop", "Web shop", "--description", "Orders")
    assert named.out == "shop is named\n"
    assert command("projects", "name", "shop", "Web shop").out == "shop was already named\n"
    assert command("projects", "hide", "shop").out == "shop is hidden\n"
    again = command("projects", "hide", "shop", "--json").json()
    assert again == {"project": "shop", "changed": False}

    listed = command("projects", "list")
    assert "depot" in listed.out
    assert "shop" not in listed.out
    assert "Hidden: 1; new events in 0 of them. --hidden lists them." in listed.err
    told = command("projects", "list", "--hidden", "--search", "WEB", "--json").json()
    (only,) = told["projects"]
    assert (only["id"], only["name"], only["description"]) == ("shop", "Web shop", "Orders")
    assert only["hidden"]["by"].startswith("cli:")
    assert only["tasks"] == {"PENDING": 1}
    assert "shop" in command("tasks", "shop", "--json").out

    assert command("projects", "unhide", "shop").out == "shop is listed\n"
    assert command("projects", "unhide", "shop").out == "shop was already listed\n"
    actions = [row.action for row in read_accesses(writer) if row.action.startswith("project_")]
    assert actions == ["project_named", "project_hidden", "project_unhidden"]


@pytest.mark.usefixtures("shop")
def test_pages_follow_each_other(command: Command) -> None:
    first = command("projects", "list", "--limit", "1")
    assert "depot" in first.out
    assert first.err == "More: --after depot\n"
    second = command("projects", "list", "--limit", "1", "--after", "depot", "--json").json()
    assert ([each["id"] for each in second["projects"]], second["after"]) == (["shop"], None)


@pytest.mark.usefixtures("shop")
def test_a_misspelt_project_is_refused_with_those_it_may_be(command: Command) -> None:
    for change in (("hide", "shpo"), ("unhide", "shpo"), ("name", "shpo", "x")):
        refused = command("projects", *change)
        assert refused.status == 1
        assert "There is no project shpo. Did you mean shop?" in refused.err
    assert command("projects", "name", "shop").status == 2


@pytest.mark.usefixtures("shop")
def test_a_name_of_the_application_stays(command: Command) -> None:
    refused = command("projects", "name", "tower", "Ours", TASK_LEDGER_PLUGINS=NAMING)
    assert refused.status == 1
    assert "The application gives the project tower its name." in refused.err
    named = command(
        "projects", "name", "tower", "--description", "East", TASK_LEDGER_PLUGINS=NAMING
    )
    assert named.status == 0, named.err
    assert "Tower A" in command("projects", "list", TASK_LEDGER_PLUGINS=NAMING).out


@pytest.mark.parametrize("actor", ["", "projector", "Relay", "x" * 201])
def test_no_change_without_an_actor_of_its_own(database: Database, actor: str) -> None:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        with pytest.raises(InvalidEvent):
            name_project(connection, "shop", name="Shop", actor=actor)
        for change in (hide_project, unhide_project):
            with pytest.raises(InvalidEvent):
                change(connection, "shop", actor=actor)
        assert read_accesses(connection) == []


def test_nobody_writes_the_table_but_through_the_functions(database: Database) -> None:
    for role in ("api", "worker", "projector", "auditor"):
        with psycopg.connect(database.url_for(role), autocommit=True) as connection:
            with pytest.raises(pg.InsufficientPrivilege):
                connection.execute("INSERT INTO task_ledger.project (project_id) VALUES ('x')")
            if role != "api":
                with pytest.raises(pg.InsufficientPrivilege):
                    connection.execute("SELECT task_ledger.hide_project('x', 'anna')")
