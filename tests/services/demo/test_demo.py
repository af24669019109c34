"""`task-ledger demo` runs every kind of task, and its status says whether all ended rightly."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.servers import fresh_database
from tests.services.demo.conftest import PLUGIN
from tests.services.workers.running import PROJECT, System, running
from tests.takeoff.providers.provider_server import Mood
from tests.task_ledger.cli.command import Command

KINDS = {
    "document_processing",
    "ocr_processing",
    "page_classification",
    "scale_detection",
    "ai_takeoff",
    "autonomous_ai_takeoff",
    "provider_comparison",
    "batch_ai_takeoff",
}


@pytest.fixture(scope="module")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """The running backend, whose token is where the command line looks for it."""
    folder = tmp_path_factory.mktemp("system")
    with (
        fresh_database(postgres, migrated_template) as database,
        running(database, valkey.url_of(13), folder) as system,
    ):
        nothing: dict[str, Any] = {"elements": [], "withheld": []}
        system.providers.answers["FoundElements"] = nothing
        system.start_worker()
        yield system


@pytest.fixture
def demo(system: System) -> Command:
    return Command(system.environment | PLUGIN, system.folder)


def test_all_eight_kinds_run_on_the_generated_drawings(system: System, demo: Command) -> None:
    ended = demo("demo", "--project", PROJECT, "--json")
    assert ended.status == 0, ended.err
    told = ended.json()
    assert told["problems"] == []
    assert Counter(task["task_type"] for task in told["tasks"]) == {
        kind: 1 if kind in ("document_processing", "provider_comparison", "batch_ai_takeoff") else 2
        for kind in KINDS
    }
    assert {task["status"] for task in told["tasks"]} == {"SUCCESS"}
    assert system.conditions()["Slab on grade"]["measurement_count"] == 1
    listed = system.until(
        "the list",
        lambda: all(system.in_list(task["task_id"]) for task in told["tasks"]),
    )
    assert listed


def test_a_page_without_a_scale_is_to_be_refused_and_that_is_as_it_should(
    demo: Command, tmp_path: Path
) -> None:
    scan = tmp_path / "a scan.png"
    Image.new("L", (900, 600), 255).save(scan)
    ended = demo("demo", "--project", PROJECT, scan)
    assert ended.status == 0, ended.err
    lines = ended.out.splitlines()
    assert "FAILURE ai_takeoff page 1" in lines
    assert lines[-1].startswith("All 8 kinds of task ended as they should")


def test_a_task_that_does_not_end_as_it_should_is_status_1_and_named(
    system: System, demo: Command
) -> None:
    system.stop(system.processes[-1])
    worker = system.start_worker("refused", TASK_LEDGER_AI_PROVIDER="openai")
    try:
        system.providers.moods.extend([Mood(401, body="{}")] * 20)
        ended = demo("demo", "--project", PROJECT, "--json")
    finally:
        system.providers.moods.clear()
        system.stop(worker)
        system.start_worker()
    assert ended.status == 1
    assert "ai_takeoff of S-101 is FAILURE: openai answered 401" in ended.err
    wrong = {task["task_type"] for task in ended.json()["tasks"] if not task["as_it_should"]}
    assert wrong == {"ai_takeoff", "autonomous_ai_takeoff"}


def test_what_is_no_drawing_is_refused_and_a_missing_file_named(
    demo: Command, tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no drawing")
    refused = demo("demo", "--project", PROJECT, text)
    assert refused.status == 1
    assert "422" in refused.err
    missing = demo("demo", "--project", PROJECT, tmp_path / "missing.pdf")
    assert missing.status == 1
    assert "missing.pdf cannot be read" in missing.err
