"""A page's image, whole and smaller."""

import io
from typing import Any
from uuid import UUID

import psycopg
import pytest
import uuid_utils.compat
from fastapi.testclient import TestClient
from PIL import Image

from services.settings import TakeoffSettings
from takeoff.storage import open_storage, page_image_key
from task_ledger.ops.settings import Settings


@pytest.fixture
def page(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> UUID:
    """A page of 2,000 x 1,000 pixels, white with a line one pixel wide down its middle."""
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    document_id, page_id = uuid_utils.compat.uuid7(), uuid_utils.compat.uuid7()
    key = page_image_key(document_id, 1, 150)
    image = Image.new("L", (2000, 1000), 255)
    image.paste(0, (1000, 0, 1001, 1000))
    written = io.BytesIO()
    image.save(written, "PNG")
    open_storage(TakeoffSettings().storage(settings.var_dir)).put(key, [written.getvalue()])
    owner.execute(
        "INSERT INTO takeoff.document (id, project_id, file_name, content_type, sha256, size_bytes,"
        " storage_key, uploaded_by)"
        " VALUES (%s, 'tower-a', 'A.pdf', 'application/pdf', repeat('0', 64), 1, 'k', 'ops')",
        (document_id,),
    )
    owner.execute(
        "INSERT INTO takeoff.page (id, document_id, number, image_key, width_px, height_px)"
        " VALUES (%s, %s, 1, %s, 2000, 1000)",
        (page_id, document_id, key),
    )
    return page_id


def _image(client: TestClient, page: UUID, query: str = "") -> Image.Image:
    answer = client.get(f"/api/v1/pages/{page}/image{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_an_image_is_whole_unless_a_width_is_asked_for(client: TestClient, page: UUID) -> None:
    assert _image(client, page).size == (2000, 1000)
    assert _image(client, page, "?width=320").size == (320, 160)


def test_a_thin_line_can_be_seen_in_a_smaller_image(client: TestClient, page: UUID) -> None:
    small = _image(client, page, "?width=320")
    row = [small.getpixel((x, 80)) for x in range(small.width)]
    assert min(value for value in row if isinstance(value, int)) < 230


def test_an_image_never_gets_more_pixels_than_the_page_has(
    client: TestClient, page: UUID, owner: psycopg.Connection[Any]
) -> None:
    owner.execute("UPDATE takeoff.page SET width_px = 300")
    whole = client.get(f"/api/v1/pages/{page}/image").content
    assert client.get(f"/api/v1/pages/{page}/image?width=320").content == whole


def test_a_smaller_image_is_made_once(client: TestClient, page: UUID, settings: Settings) -> None:
    first = client.get(f"/api/v1/pages/{page}/image?width=320").content
    kept = list(settings.var_dir.rglob("*-320px.png"))
    assert [path.read_bytes() for path in kept] == [first]
    kept[0].write_bytes(b"as it was kept")
    assert client.get(f"/api/v1/pages/{page}/image?width=320").content == b"as it was kept"


@pytest.mark.parametrize("width", ["0", "-1", "321", "99999999", "wide", ""])
def test_other_widths_are_refused(client: TestClient, page: UUID, width: str) -> None:
    answer = client.get(f"/api/v1/pages/{page}/image?width={width}")
    assert answer.status_code == 400
    assert "width" in answer.json()["detail"]
