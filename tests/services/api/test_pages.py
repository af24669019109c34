"""A document's pages are listed without their texts, which one page alone has."""

from typing import Any

import psycopg
from fastapi.testclient import TestClient

from services.settings import TakeoffSettings
from takeoff.storage import open_storage
from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page


def test_a_list_of_pages_says_what_was_read_and_leaves_its_text_to_the_page(
    client: TestClient, owner: psycopg.Connection[Any], settings: Settings
) -> None:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    page_id = draw_page(
        owner, open_storage(TakeoffSettings().storage(settings.var_dir)), "tower-a", 200, 100
    )
    page = client.get(f"/api/v1/pages/{page_id}").json()
    assert (page["read"], page["ocr_text"]) == (False, None)
    owner.execute("UPDATE takeoff.page SET ocr_text = 'FIRST FLOOR PLAN'")
    page = client.get(f"/api/v1/pages/{page_id}").json()
    assert (page["read"], page["ocr_text"]) == (True, "FIRST FLOOR PLAN")
    (listed,) = client.get(f"/api/v1/documents/{page['document_id']}/pages").json()["pages"]
    assert listed["read"]
    assert set(page) - set(listed) == {
        "ocr_text",
        "ocr_blocks",
        "title_block",
        "classification",
        "scale_detection",
        "scale_calibration",
    }
    assert listed.items() <= page.items()
