"""What follows other work by itself does its work and is in no list."""

from pathlib import Path
from typing import Any

from tests.services.workers.pages.sheet import small_sheet
from tests.services.workers.running import System


def test_the_untracked_tasks_do_their_work(system: System, pages: list[dict[str, Any]]) -> None:
    document_id = pages[0]["document_id"]
    system.connection.execute(
        "UPDATE takeoff.page SET discipline = NULL, scale_value = NULL, calibrated = false,"
        " scale_method = NULL, sheet_number = NULL, ocr_text = NULL WHERE document_id = %s",
        (document_id,),
    )
    listed = len(system.listed())
    for task in ("process_document_ocr", "classify_document_pages", "detect_document_scales"):
        system.sender.send_task(f"takeoff.{task}", [document_id])

    def done() -> bool:
        found = system.get(f"/documents/{document_id}/pages")["pages"]
        return [
            (page["sheet_number"], page["discipline"], page["calibrated"]) for page in found
        ] == [("A-101", "architectural", True), ("S-101", "structural", True)]

    system.until("what three orchestrators queued", done)
    assert len(system.listed()) == listed


def test_the_title_block_is_read_again_from_the_image(system: System, tmp_path: Path) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    system.connection.execute(
        "UPDATE takeoff.page SET sheet_number = NULL, title = NULL, ocr_blocks = '[]'"
        " WHERE id = %s",
        (page["id"],),
    )
    listed = len(system.listed())
    system.sender.send_task("takeoff.process_document_title_block", [page["document_id"]])
    system.until(
        "the sheet number",
        lambda: system.get(f"/pages/{page['id']}")["sheet_number"] == "A-101",
    )
    assert len(system.listed()) == listed
