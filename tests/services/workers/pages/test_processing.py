"""A document that is uploaded becomes pages, and those are read by themselves."""

from pathlib import Path

from tests.services.workers.pages.sheet import small_sheet
from tests.services.workers.running import System


def test_an_upload_shows_document_processing_and_its_progress_commits_no_page(
    system: System, tmp_path: Path
) -> None:
    path = small_sheet(tmp_path)
    # No row of the document is there to be locked before the upload.
    with system.connection.transaction():
        system.connection.execute("LOCK TABLE takeoff.page IN EXCLUSIVE MODE")
        uploaded = system.upload(path)
        task_id = uploaded["task_id"]
        # The last step that it reaches before its first row has to be written.
        during = system.at_step(task_id, 70, "Saving page records")
        assert (during["status"], during["task_type"]) == ("PROGRESS", "document_processing")
        document = system.get(f"/documents/{uploaded['document_id']}")
        assert document["page_count"] is None
    result = system.succeeded(task_id)
    assert result == {"document_id": uploaded["document_id"], "page_count": 1}
    assert system.steps(task_id) == [
        (10, "Downloading file"),
        (40, "Extracting pages"),
        (70, "Saving page records"),
        (90, "Queueing pages"),
    ]


def test_the_ocr_that_follows_by_itself_is_done_and_not_listed(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    assert page["sheet_number"] == "A-101"
    assert not [task for task in system.listed() if (task["entity"] or {}).get("id") == page["id"]]


def test_a_setting_registers_the_reading_of_each_page_as_a_child(
    system: System, tmp_path: Path
) -> None:
    system.stop(system.processes[-1])
    children = system.start_worker("children", TASK_LEDGER_REGISTER_PAGE_READING="true")
    try:
        (page,) = system.processed(small_sheet(tmp_path))
        (listed,) = [
            task for task in system.listed() if (task["entity"] or {}).get("id") == page["id"]
        ]
        child = system.ended(listed["task_id"])
    finally:
        system.stop(children)
        system.start_worker()
    assert page["sheet_number"] == "A-101"
    assert (child["task_type"], child["status"]) == ("ocr_processing", "SUCCESS")
    (first,) = [
        task
        for task in system.get("/tasks/project/tower-a?trees=true")["tasks"]
        if task["task_id"] == child["parent_id"]
    ]
    assert first["task_type"] == "document_processing"
    assert first["tree"]["by_status"] == {"SUCCESS": 2}
