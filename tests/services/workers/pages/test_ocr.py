"""Reading a page again: from the route through the worker to the project's list."""

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from takeoff.limits import OcrLimits
from takeoff.quality.memory import descendants, most_held
from takeoff.storage import document_key
from takeoff.terms import ContentType
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.registration.enqueue import enqueue
from tests.services.workers.pages.sheet import small_sheet
from tests.services.workers.running import PROJECT, System
from tests.takeoff.ocr.images import lettered_image


def test_reprocess_ocr_is_listed_with_its_progress_and_commits_nothing_before_its_end(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[0]["id"]
    system.connection.execute(
        "UPDATE takeoff.page SET ocr_text = 'old', sheet_number = 'old' WHERE id = %s", (page_id,)
    )
    during, before = system.held_at_its_end("reprocess-ocr", page_id, "Saving results")
    task_id = during["task_id"]
    assert (during["status"], during["task_type"]) == ("PROGRESS", "ocr_processing")
    assert before["ocr_text"] == "old"
    result = system.succeeded(task_id)
    page = system.get(f"/pages/{page_id}")
    assert result == {
        "page_id": page_id,
        "text_length": len(page["ocr_text"]),
        "sheet_number": "A-101",
        "title": "FLOOR PLAN",
    }
    assert system.steps(task_id) == [
        (10, "Downloading page image"),
        (40, "Running OCR"),
        (70, "Parsing title block"),
        (90, "Saving results"),
    ]
    finding = page["title_block"]["sheet_number"]
    inside = [
        word["text"]
        for word in page["ocr_blocks"]
        if finding["box"][0] <= (word["left"] + word["right"]) / 2 <= finding["box"][2]
        and finding["box"][1] <= (word["top"] + word["bottom"]) / 2 <= finding["box"][3]
    ]
    assert inside == ["A-101"]
    assert "labelled as the sheet number" in finding["rule"]


def test_accurate_mode_reads_all_of_a_scan_by_the_better_engine(
    system: System, tmp_path: Path
) -> None:
    path = tmp_path / "scan.png"
    lettered_image(
        (1100, 850), [("LOBBY", (300, 300)), ("SHEET NO.", (850, 700)), ("A-104", (850, 750))]
    ).save(path, dpi=(100, 100))
    (page,) = system.processed(path)
    assert page["sheet_number"] == "A-104"
    task_id = system.ask(f"/pages/{page['id']}/reprocess-ocr", {"ocr_mode": "accurate"})
    assert system.succeeded(task_id)["sheet_number"] == "A-104"
    words = system.get(f"/pages/{page['id']}")["ocr_blocks"]
    assert {(word["text"], word["source"]) for word in words} == {
        ("LOBBY", "rapidocr"),
        ("SHEET", "rapidocr"),
        ("NO", "rapidocr"),
        ("A-104", "rapidocr"),
    }
    refused = system.api.post(
        f"/api/v1/pages/{page['id']}/reprocess-ocr", json={"ocr_mode": "best"}
    )
    assert refused.status_code == 422


def test_a_retrying_task_shows_retry_in_its_countdown_and_never_failure(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    key = document_key(page["document_id"], ContentType.PDF)
    (file,) = [path for path in system.var_dir.rglob("source.pdf") if key in str(path)]
    away = file.rename(tmp_path / "away.pdf")
    task_id = system.ask(f"/pages/{page['id']}/reprocess-ocr")
    shown: list[str] = []

    def retrying() -> dict[str, Any] | None:
        task = system.in_list(task_id)
        shown.append(task.get("status", ""))
        return task if task.get("status") == "RETRY" else None

    task = system.until("RETRY in the list", retrying)
    assert task["retry"]["reason"] == "error"
    assert task["retry"]["due_at"] is not None
    away.rename(file)
    assert system.succeeded(task_id)["sheet_number"] == "A-101"
    events = system.get(f"/tasks/{task_id}/events?limit=500")["events"]
    kinds = [event["type"] for event in events]
    assert "retrying" in kinds
    assert "failed" not in kinds
    assert "FAILURE" not in shown


def test_a_page_that_takes_too_long_is_tried_again_and_then_fails_with_what_to_do(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[0]["id"]
    signature = system.sender.signature(
        "takeoff.process_page_ocr",
        kwargs={"page_id": page_id, "ocr_mode": "accurate"},
        # All of a large sheet; it starts two engines, each of which takes longer.
        options={"queue": "ocr", "soft_time_limit": 2, "time_limit": 60},
    )
    engine = create_engine(sqlalchemy_url(system.database.superuser_url))
    with Session(engine) as session, session.begin():
        enqueued = enqueue(
            session, signature, project_id=PROJECT, task_type="ocr_processing",
            entity=("page", page_id), max_attempts=2, actor="test",
        )  # fmt: skip
    engine.dispose()
    task = system.ended(str(enqueued.task_id))
    assert (task["status"], task["attempt"]) == ("FAILURE", 2), task
    assert "did not finish within 2 s" in task["error"]["message"]
    assert "in the mode fast" in task["error"]["message"]
    events = system.get(f"/tasks/{task['task_id']}/events?limit=500")["events"]
    ends = [event for event in events if event["type"] in ("retrying", "failed")]
    assert [(each["type"], each["data"]["reason"]) for each in ends] == [
        ("retrying", "timeout"),
        ("failed", "timeout"),
    ]
    assert "FAILURE" not in system.statuses(task["task_id"])[:-1]


def test_a_page_that_is_not_there_fails_at_once(system: System) -> None:
    missing = "01890000-0000-7000-8000-000000000000"
    for path in ("reprocess-ocr", "classify", "detect-scale"):
        assert system.api.post(f"/api/v1/pages/{missing}/{path}").status_code == 404


def test_a_worker_and_the_engines_at_their_bound_hold_less_than_2_gb(
    system: System, pages: list[dict[str, Any]]
) -> None:
    system.succeeded(system.ask(f"/pages/{pages[0]['id']}/reprocess-ocr"))
    main, *pool = [most_held(pid) or 0 for pid in descendants(system.processes[-1].pid)]

    assert pool
    # One of the pool, for an OCR worker has no more; what the processes share counts twice.
    assert main + max(pool) + OcrLimits().resident_bytes < 2_000_000_000
