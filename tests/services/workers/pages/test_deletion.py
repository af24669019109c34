"""A deleted document leaves no file, and is not deleted while its pages are being written."""

from pathlib import Path

from takeoff.storage import document_folder
from tests.services.workers.pages.sheet import small_sheet
from tests.services.workers.running import System


def test_the_files_of_a_deleted_document_are_deleted_with_the_smaller_images(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    smaller = system.api.get(f"/api/v1/pages/{page['id']}/image?width=320")
    assert smaller.status_code == 200
    answer = system.api.delete(f"/api/v1/documents/{page['document_id']}")
    assert answer.status_code == 202, answer.text
    # The upload, the image of its page, and the smaller one.
    assert system.succeeded(answer.json()["task_id"]) == {
        "document_id": page["document_id"],
        "files_deleted": 3,
    }
    kept = system.var_dir / "storage" / document_folder(page["document_id"])
    assert not kept.exists()


def test_a_document_is_not_deleted_while_its_pages_are_being_written(
    system: System, tmp_path: Path
) -> None:
    with system.connection.transaction():
        system.connection.execute("LOCK TABLE takeoff.page IN EXCLUSIVE MODE")
        uploaded = system.upload(small_sheet(tmp_path))
        system.at_step(uploaded["task_id"], 70, "Saving page records")
        answer = system.api.delete(f"/api/v1/documents/{uploaded['document_id']}")
        assert (answer.status_code, answer.json()["code"]) == (409, "document_busy")
    system.succeeded(uploaded["task_id"])
