"""A whole set of sheets is processed by one task, which names the pages that failed."""

import os
import signal
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from tests.services.workers.running import PROJECT, System
from tests.services.workers.sets.drawings import scanned_set, written_set


def set_of(system: System, document_id: str) -> dict[str, Any]:
    """The task that ends the set which the upload of a document has asked for."""

    def asked() -> dict[str, Any] | None:
        return next(
            (
                task
                for task in system.get(f"/tasks/project/{PROJECT}?limit=500")["tasks"]
                if task["task_type"] == "set_processing"
                and (task["entity"] or {}).get("id") == document_id
            ),
            None,
        )

    return system.until("the set", asked)


def pages_of(system: System, document_id: str) -> list[dict[str, Any]]:
    return system.get(f"/documents/{document_id}/pages?limit=500")["pages"]


def uploaded(system: System, path: Path) -> str:
    """The id of a document that was uploaded and split."""
    answer = system.upload(path)
    system.succeeded(answer["task_id"])
    return answer["document_id"]


def stop_reading(system: System) -> None:
    """Stop the worker that reads images."""
    (worker,) = [each for each in system.processes if "ocr" in cast("list[str]", each.args)]
    system.stop(worker)


def without_images(system: System, document_id: str, *numbers: int) -> None:
    """Take away from the storage what is read of pages."""
    for page in system.sql(
        "SELECT number, image_key FROM takeoff.page WHERE document_id = %s", document_id
    ):
        if page["number"] in numbers:
            (system.var_dir / "storage" / page["image_key"]).unlink()


def test_an_upload_is_read_classified_and_scaled_by_one_task_with_a_task_for_each_page(
    system: System, tmp_path: Path
) -> None:
    document = uploaded(system, written_set(tmp_path, 3))
    task = set_of(system, document)
    result = system.succeeded(task["task_id"])
    assert (result["pages"], result["pages_processed"], result["pages_failed"]) == (3, 3, 0)
    assert (result["pages_withheld"], result["pages_cancelled"]) == (0, 0)
    pages = pages_of(system, document)
    assert [page["sheet_number"] for page in pages] == ["A-101", "A-102", "A-103"]
    assert {(page["page_type"], page["calibrated"], page["read"]) for page in pages} == {
        ("plan", True, True)
    }
    ended = system.get(f"/tasks/{task['task_id']}")
    members = [system.get(f"/tasks/{member}") for member in ended["waits_for"]]
    assert sorted(member["entity"]["id"] for member in members) == sorted(
        page["id"] for page in pages
    )
    assert {member["task_type"] for member in members} == {"page_processing"}
    assert system.steps(members[0]["task_id"]) == [
        (5, "Loading page data"),
        (10, "Reading text"),
        (70, "Classifying"),
        (80, "Detecting scale"),
        (95, "Saving results"),
    ]


def test_a_set_of_sixty_sheets_is_done_by_one_request_with_the_progress_of_each(
    system: System, tmp_path: Path
) -> None:
    before = system.sql("SELECT count(*) AS tasks FROM task_ledger.task_record")[0]["tasks"]
    document = uploaded(system, written_set(tmp_path, 60, "sixty"))
    task = set_of(system, document)
    result = system.succeeded(task["task_id"])
    assert (result["pages"], result["pages_processed"], result["pages_failed"]) == (60, 60, 0)
    pages = pages_of(system, document)
    assert [page["sheet_number"] for page in pages] == [f"A-1{at + 1:02}" for at in range(60)]
    assert all(page["read"] and page["calibrated"] and page["page_type"] for page in pages)
    told = system.sql(
        "SELECT task_id, count(*) AS steps FROM task_ledger.task_event"
        " WHERE type = 'progress' AND task_id = ANY(%s) GROUP BY task_id",
        [UUID(member) for member in task["waits_for"]],
    )
    assert len(told) == 60
    assert min(each["steps"] for each in told) >= 1
    # The upload, the set, and a task for each page.
    after = system.sql("SELECT count(*) AS tasks FROM task_ledger.task_record")[0]["tasks"]
    assert after - before == 62


def test_asked_for_again_nothing_is_done_twice(system: System, tmp_path: Path) -> None:
    document = uploaded(system, written_set(tmp_path, 2))
    system.succeeded(set_of(system, document)["task_id"])
    history = "SELECT count(*) AS rows FROM takeoff.classification_history"
    before = system.sql(history)
    again = system.post(f"/documents/{document}/process")
    assert (again["pages_count"], again["running"]) == (0, False)
    result = system.succeeded(again["task_id"])
    assert (result["pages_processed"], result["pages_done_before"]) == (0, 2)
    whole = system.post(f"/projects/{PROJECT}/process")
    assert (whole["pages_count"], whole["running"]) == (0, False)
    system.succeeded(whole["task_id"])
    assert system.sql(history) == before


def test_a_page_that_fails_is_named_and_the_others_go_on(system: System, tmp_path: Path) -> None:
    stop_reading(system)
    document = uploaded(system, scanned_set(tmp_path, 3))
    task = set_of(system, document)
    without_images(system, document, 2)
    system.start_worker("worker-ocr", "ocr", 1)
    result = system.succeeded(task["task_id"])
    assert (result["pages_processed"], result["pages_failed"]) == (2, 1)
    (failed,) = result["failed"]
    assert (failed["page"], failed["file_name"]) == (2, "scanned.tiff")
    assert "missing" in failed["reason"] or "no object" in failed["reason"]
    assert [page["read"] for page in pages_of(system, document)] == [True, False, True]
    members = [system.get(f"/tasks/{member}") for member in task["waits_for"]]
    assert [member["status"] for member in members] == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert members[1]["attempt"] == 3
    pages = pages_of(system, document)
    assert [page["failure"] for page in pages] == [
        None, {"task_id": members[1]["task_id"], "reason": failed["reason"]}, None,
    ]  # fmt: skip
    assert system.get(f"/pages/{pages[1]['id']}")["failure"] == pages[1]["failure"]
    # Read by a task of its own, it has not failed any more.
    image = system.sql("SELECT image_key FROM takeoff.page WHERE id = %s", pages[0]["id"])
    system.connection.execute(
        "UPDATE takeoff.page SET image_key = %s WHERE id = %s",
        (image[0]["image_key"], pages[1]["id"]),
    )
    again = system.post(f"/documents/{document}/process")
    assert again["pages_count"] == 1
    assert system.succeeded(again["task_id"])["pages_done_before"] == 2
    assert [page["failure"] for page in pages_of(system, document)] == [None] * 3


def test_a_page_whose_worker_is_killed_at_each_attempt_takes_no_other_page_with_it(
    system: System, tmp_path: Path
) -> None:
    document = uploaded(system, written_set(tmp_path, 3))
    system.succeeded(set_of(system, document)["task_id"])
    pages = pages_of(system, document)
    system.connection.execute(
        "UPDATE takeoff.page SET ocr_text = NULL WHERE document_id = %s", (document,)
    )
    with system.holding("page", pages[1]["id"]):
        set_id = system.post(f"/documents/{document}/process")["task_id"]
        bad = system.get(f"/tasks/{set_id}")["waits_for"][1]
        for attempt in (1, 2, 3):
            started = system.until(f"attempt {attempt}", partial(started_as, system, bad, attempt))
            os.kill(started["pid"], signal.SIGKILL)
        assert system.ended(bad)["status"] == "FAILURE"
    result = system.succeeded(set_id)
    assert (result["pages_processed"], result["pages_failed"], result["pages"]) == (2, 1, 3)
    assert result["failed"][0]["reason"].startswith("Its worker was lost")
    after = pages_of(system, document)
    assert [page["read"] for page in after] == [True, False, True]
    assert [page["failure"] is None for page in after] == [True, False, True]


def started_as(system: System, task_id: str, attempt: int) -> dict[str, Any] | None:
    """What the worker that has begun an attempt says of itself."""
    events = system.get(f"/tasks/{task_id}/events?limit=500")["events"]
    return next(
        (e["data"] for e in events if (e["type"], e["attempt"]) == ("started", attempt)), None
    )


def test_a_page_that_somebody_cancels_is_counted_apart(system: System, tmp_path: Path) -> None:
    stop_reading(system)
    document = uploaded(system, scanned_set(tmp_path, 2))
    task = set_of(system, document)
    system.post(f"/tasks/{task['waits_for'][0]}/cancel")
    system.start_worker("worker-ocr", "ocr", 1)
    result = system.succeeded(task["task_id"])
    assert (result["pages_processed"], result["pages_failed"], result["pages_cancelled"]) == (
        1, 0, 1,
    )  # fmt: skip
    assert [page["failure"] is None for page in pages_of(system, document)] == [False, True]


def test_a_set_of_which_every_page_failed_is_no_success(system: System, tmp_path: Path) -> None:
    stop_reading(system)
    document = uploaded(system, scanned_set(tmp_path, 2))
    without_images(system, document, 1, 2)
    system.start_worker("worker-ocr", "ocr", 1)
    task = system.ended(set_of(system, document)["task_id"])
    assert (task["status"], task["attempt"]) == ("FAILURE", 1)
    assert task["error"]["type"].endswith("EveryPageFailed")
    assert "page 1 of scanned.tiff: " in task["error"]["message"]
    # What lacks something is asked for again.
    assert system.post(f"/documents/{document}/process")["pages_count"] == 2


def test_while_a_set_runs_it_is_not_asked_for_twice_and_cancelled_it_stops(
    system: System, tmp_path: Path
) -> None:
    stop_reading(system)
    document = uploaded(system, scanned_set(tmp_path, 3))
    task = set_of(system, document)
    again = system.post(f"/documents/{document}/process")
    assert (again["task_id"], again["running"], again["pages_count"]) == (task["task_id"], True, 0)
    system.post(f"/tasks/{task['task_id']}/cancel")
    assert system.ended(task["task_id"])["status"] == "REVOKED"
    system.start_worker("worker-ocr", "ocr", 1)
    members = [system.ended(member) for member in task["waits_for"]]
    assert {member["status"] for member in members} == {"REVOKED"}
    assert [page["read"] for page in pages_of(system, document)] == [False] * 3
    # After that it can be asked for.
    other = system.post(f"/documents/{document}/process")
    assert (other["running"], other["pages_count"]) == (False, 3)
    assert system.succeeded(other["task_id"])["pages_processed"] == 3


def test_nobody_waits_for_another_projects_scans(system: System, tmp_path: Path) -> None:
    system.api.post("/api/v1/projects", json={"id": "tower-b", "name": "Tower B"})
    stop_reading(system)
    scans = uploaded(system, scanned_set(tmp_path, 4))
    slow = set_of(system, scans)
    # Another project's: two sheets with a text layer, and one scan.
    answers = [
        system.upload(path, "tower-b")
        for path in (written_set(tmp_path, 2, "b"), scanned_set(tmp_path, 1, "b-scan"))
    ]
    for answer in answers:
        system.succeeded(answer["task_id"])
    written, scanned = (answer["document_id"] for answer in answers)
    # The scans have not begun, and the sheets with text are done.
    system.until(
        "the other project's sheets",
        lambda: all(page["classification"] for page in read(system, written)),
    )
    assert not any(page["read"] for page in pages_of(system, scans))
    system.start_worker("worker-ocr", "ocr", 1)
    (other,) = [
        task
        for task in system.get("/tasks/project/tower-b?limit=100")["tasks"]
        if task["task_type"] == "set_processing" and task["entity"]["id"] == scanned
    ]
    assert system.succeeded(other["task_id"])["pages_processed"] == 1
    assert system.succeeded(slow["task_id"])["pages_processed"] == 4
    ended = sorted(
        (datetime.fromisoformat(system.get(f"/tasks/{member}")["completed_at"]), member)
        for member in (*slow["waits_for"], *other["waits_for"])
    )
    place = [member for _, member in ended].index(other["waits_for"][0])
    # The first pages of each set go before the rest of every other one.
    assert place <= 2, f"the other project's scan was read as number {place + 1} of 5"


def read(system: System, document: str) -> list[dict[str, Any]]:
    return [system.get(f"/pages/{page['id']}") for page in pages_of(system, document)]
