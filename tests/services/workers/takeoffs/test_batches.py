"""A batch of pages: untracked or registered, and what it says of pages that it cannot do."""

from typing import Any
from uuid import uuid4

from tests.services.workers.running import PROJECT, System

Pages = list[dict[str, Any]]


def test_a_batch_does_its_pages_untracked_and_says_which_it_cannot(
    system: System, pages: Pages
) -> None:
    condition = system.condition("Door", "count")
    unknown = str(uuid4())
    before = system.sql("SELECT count(*) AS tasks FROM task_ledger.task_record")[0]["tasks"]
    answer = system.post(
        "/batch-ai-takeoff",
        {
            "page_ids": [pages[0]["id"], unknown, pages[1]["id"], pages[0]["id"]],
            "condition_id": condition["id"],
        },
    )
    assert answer["pages_count"] == 3
    task = system.ended(answer["task_id"])
    assert task["status"] == "SUCCESS", task
    assert [step for _, step in system.steps(answer["task_id"])] == [
        "Starting",
        "Queueing page 1",
        "Queueing page 2",
        "Queueing page 3",
    ]
    result = task["result"]
    assert (result["condition_id"], result["pages_queued"]) == (condition["id"], 2)
    assert result["failed"] == {unknown: f"project {PROJECT} has no page {unknown}"}
    assert set(result["queued"]) == {pages[0]["id"], pages[1]["id"]}
    system.until("15 doors", lambda: system.conditions()["Door"]["total_quantity"] == 15)
    doors = system.measurements(pages[0]["id"], condition["id"])
    assert {door["task_id"] for door in doors} == {result["queued"][pages[0]["id"]]}
    after = system.sql("SELECT count(*) AS tasks FROM task_ledger.task_record")[0]["tasks"]
    assert after == before + 1, "a page of the batch was registered"
    listed = system.until("the list", lambda: system.in_list(answer["task_id"]))
    assert listed["task_type"] == "batch_ai_takeoff"


def copied_page(system: System, page_id: str, project: str, *, calibrated: bool) -> str:
    """The id of another page like this one, in a document of its own of a project."""
    document, page = uuid4(), uuid4()
    system.connection.execute(
        "INSERT INTO takeoff.document SELECT (jsonb_populate_record(d, jsonb_build_object('id',"
        " %s::text, 'project_id', %s::text, 'storage_key', %s::text))).*"
        " FROM takeoff.document d JOIN takeoff.page p ON p.document_id = d.id WHERE p.id = %s",
        (document, project, f"documents/{document}", page_id),
    )
    system.connection.execute(
        "INSERT INTO takeoff.page SELECT (jsonb_populate_record(p, jsonb_build_object('id',"
        " %s::text, 'document_id', %s::text, 'calibrated', %s::boolean))).*"
        " FROM takeoff.page p WHERE p.id = %s",
        (page, document, calibrated, page_id),
    )
    return str(page)


def test_a_batch_names_each_page_that_could_not_be_queued_with_the_reason(
    system: System, pages: Pages
) -> None:
    system.post("/projects", {"name": "Elsewhere", "id": "elsewhere"}, 201)
    theirs = copied_page(system, pages[0]["id"], "elsewhere", calibrated=True)
    unscaled = copied_page(system, pages[0]["id"], PROJECT, calibrated=False)
    condition = system.condition("Windows", "count")
    body = {"page_ids": [theirs, unscaled, pages[0]["id"]], "condition_id": condition["id"]}
    result = system.succeeded(system.post("/batch-ai-takeoff", body)["task_id"])
    assert (result["pages_queued"], result["pages_failed"]) == (1, 2)
    assert set(result["queued"]) == {pages[0]["id"]}
    # No different from one that is not there: who asks may not know of other projects.
    assert result["failed"][theirs] == f"project {PROJECT} has no page {theirs}"
    assert "is not calibrated" in result["failed"][unscaled]


def test_a_batch_of_which_no_page_could_be_queued_is_no_success(
    system: System, pages: Pages
) -> None:
    unscaled = copied_page(system, pages[0]["id"], PROJECT, calibrated=False)
    condition = system.condition("Skylights", "count")
    body = {"page_ids": [unscaled, str(uuid4())], "condition_id": condition["id"]}
    batch = system.ended(system.post("/batch-ai-takeoff", body)["task_id"])
    assert (batch["status"], batch["attempt"]) == ("FAILURE", 1), batch
    assert batch["error"]["message"].startswith("Every page failed: ")
    assert "is not calibrated" in batch["error"]["message"]


def test_a_batch_by_a_provider_that_is_not_set_up_fails_and_says_what_to_set(
    system: System, pages: Pages
) -> None:
    system.stop(system.processes[-1])
    unset = system.start_worker("unset", TASK_LEDGER_OPENAI_API_KEY="")
    try:
        condition = system.condition("Nobody is asked", "count")
        body = {"page_ids": [pages[0]["id"]], "condition_id": condition["id"]}
        batch = system.ended(
            system.post("/batch-ai-takeoff", body | {"provider": "openai"})["task_id"]
        )
    finally:
        system.stop(unset)
        system.start_worker(concurrency=4)
    assert (batch["status"], batch["attempt"]) == ("FAILURE", 1), batch
    assert "TASK_LEDGER_OPENAI_API_KEY" in batch["error"]["message"]


def test_a_setting_registers_the_pages_of_a_batch_as_its_children(
    system: System, pages: Pages
) -> None:
    system.stop(system.processes[-1])
    children = system.start_worker("children", TASK_LEDGER_REGISTER_BATCH_PAGES="true")
    try:
        condition = system.condition("Columns", "count")
        body = {"page_ids": [pages[0]["id"]], "condition_id": condition["id"]}
        batch = system.ended(system.post("/batch-ai-takeoff", body)["task_id"])
        (child_id,) = batch["result"]["queued"].values()
        child = system.ended(child_id)
    finally:
        system.stop(children)
        system.start_worker(concurrency=4)
    assert (child["task_type"], child["parent_id"]) == ("ai_takeoff", batch["task_id"])
    assert child["result"]["measurements_created"] == 5
