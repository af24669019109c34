"""A whole set of sheets is processed by one task, which names the pages that failed."""

from datetime import datetime
from pathlib import Path
from typing import Any, cast

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
    (member,) = [
        each
        for each in (system.get(f"/tasks/{member}") for member in task["waits_for"])
        if "failed" in each["result"]
    ]
    assert member["attempt"] == 3


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
