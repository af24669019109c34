"""What was measured leaves as tables and as drawings with marks, within reach."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import numpy as np
import pikepdf
import psycopg
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from takeoff.render import render_pages
from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, storage_of

Token = Callable[..., dict[str, str]]
PROJECT = "/api/v1/projects/tower-a"
ROOM = [[100, 100], [475, 100], [475, 287.5], [100, 287.5]]
WIDTH, HEIGHT = 900, 600


class Taken:
    """A page of 900 by 600 pixels at 18.75 pixels per foot, and what is drawn on it."""

    def __init__(self, client: TestClient, owner: psycopg.Connection[Any], page_id: UUID) -> None:
        self.client, self.owner, self.page_id = client, owner, page_id
        self.document_id = client.get(f"/api/v1/pages/{page_id}").json()["document_id"]

    def condition(self, name: str, kind: str = "area") -> str:
        made = self.client.post(
            f"{PROJECT}/conditions", json={"name": name, "measurement_type": kind}
        )
        return made.json()["id"]

    def draw(self, condition: str, points: Any, kind: str = "polygon", **more: Any) -> None:
        body = {"condition_id": condition, "geometry_type": kind, "geometry": {"points": points}}
        path = f"/api/v1/pages/{self.page_id}/measurements"
        answer = self.client.post(path, json=body | more)
        assert answer.status_code == 201, answer.text

    def csv(self, by: str = "measurement") -> list[dict[str, str]]:
        answer = self.client.get(f"{PROJECT}/takeoff.csv", params={"by": by})
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def taken(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> Taken:
    client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"})
    page = draw_page(owner, storage_of(settings), "tower-a", WIDTH, HEIGHT)
    return Taken(client, owner, page)


def numbers_in(workbook: bytes, sheet: int) -> list[float]:
    """All numbers of a sheet of a workbook, in its order."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as opened:
        root = ElementTree.fromstring(opened.read(f"xl/worksheets/sheet{sheet}.xml"))
    cells = root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c")
    return [float(cell[0].text or "") for cell in cells if cell.get("t") is None and len(cell)]


def test_each_measurement_is_a_line_that_is_numbered_as_on_its_page(taken: Taken) -> None:
    door, slab = taken.condition("Door", "count"), taken.condition("Slab")
    taken.draw(slab, ROOM, label="OFFICE 101")
    taken.draw(door, [[200, 200]], "point")
    taken.draw(door, [[700, 500]], "point", label="102A")
    lines = taken.csv()
    assert [(each["Number"], each["Condition"], each["Room"]) for each in lines] == [
        ("A1", "Door", "OFFICE 101"), ("A2", "Door", ""), ("B1", "Slab", "OFFICE 101"),
    ]  # fmt: skip
    assert float(lines[2]["Quantity"]) == pytest.approx(200)
    assert (lines[2]["Sheet"], lines[2]["State"], lines[2]["Drawn by"]) == (
        "A-101", "counted", "ops",
    )  # fmt: skip


def test_quantities_are_summed_up_by_condition_sheet_and_room_with_what_waits_beside(
    taken: Taken,
) -> None:
    slab = taken.condition("Slab")
    taken.draw(slab, ROOM, label="OFFICE 101")
    taken.draw(slab, [[500, 100], [600, 100], [600, 200]])
    taken.draw(slab, [[700, 100], [800, 100], [800, 200]])
    taken.owner.execute(
        "UPDATE takeoff.measurement SET review = CASE"
        " WHEN (geometry #>> '{points,0,0}')::float = 500 THEN 'open' ELSE 'rejected' END"
        " WHERE label IS NULL"
    )
    triangle = 5000 / 18.75**2
    for by in ("condition", "sheet"):
        (line,) = taken.csv(by)
        assert (float(line["Quantity"]), line["Count"]) == (pytest.approx(200), "1"), by
        assert float(line["Waiting"]) == pytest.approx(triangle), by
        assert line["Waiting count"] == "1", by
    rooms = {line["Room"]: line for line in taken.csv("room")}
    assert float(rooms["OFFICE 101"]["Quantity"]) == pytest.approx(200)
    assert float(rooms["no room known"]["Waiting"]) == pytest.approx(triangle)
    assert rooms["no room known"]["Count"] == "0"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\uff1d1"])
def test_no_cell_of_a_csv_begins_a_formula(taken: Taken, name: str) -> None:
    taken.draw(taken.condition(name), ROOM, label=name)
    for by in ("measurement", "condition", "sheet", "room"):
        for line in taken.csv(by):
            assert line["Condition"] == f"'{name}"
            assert not [
                cell for cell in line.values() if cell.lstrip(" ")[:1] in "=+-@\t\r\uff1d" and cell
            ]


def test_a_workbook_has_the_same_tables_and_its_texts_are_texts(taken: Taken) -> None:
    taken.draw(taken.condition("=1+1"), ROOM)
    answer = taken.client.get(f"{PROJECT}/takeoff.xlsx")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        names = ElementTree.fromstring(opened.read("xl/workbook.xml")).iter()
        assert [each.get("name") for each in names if each.tag.endswith("}sheet")] == [
            "Conditions", "Sheets", "Rooms", "Measurements",
        ]  # fmt: skip
        sheets = [opened.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, 5)]
    assert not [sheet for sheet in sheets if "<f>" in sheet]
    assert all("=1+1" in sheet for sheet in sheets)
    assert numbers_in(answer.content, 1) == [pytest.approx(200), 1, 0, 0]


def test_a_project_without_measurements_has_empty_tables(taken: Taken) -> None:
    assert taken.csv() == taken.csv("room") == []
    assert taken.client.get(f"{PROJECT}/takeoff.xlsx").status_code == 200


def source(path: Path, rotate: int) -> bytes:
    """A white page of 432 by 288 points as it is shown, cropped and turned, as a PDF."""
    width, height = (288, 432) if rotate % 180 else (432, 288)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width + 50, height + 70))
        page.cropbox = pikepdf.Array([30, 40, 30 + width, 40 + height])
        # What is cut off in the end is still shown, and was measured.
        page.trimbox = pikepdf.Array([80, 90, width - 20, height - 10])
        page.rotate(rotate, relative=False)
        pdf.save(path)
    return path.read_bytes()


def images(path: Path) -> list[Any]:
    """The pages of a PDF as a reader shows them, at 150 dpi, in shades of grey."""
    pages = []
    for page in render_pages(path, 150):
        with Image.open(page.path) as image:
            pages.append(np.asarray(image.convert("L")))
    return pages


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_marks_lie_on_a_pdf_where_they_were_measured_however_it_is_turned(
    taken: Taken, settings: Settings, tmp_path: Path, rotate: int
) -> None:
    storage = storage_of(settings)
    storage.put(
        f"documents/{taken.document_id}/source.pdf", [source(tmp_path / "source.pdf", rotate)]
    )
    taken.draw(taken.condition("Slab"), ROOM)
    answer = taken.client.get(f"/api/v1/documents/{taken.document_id}/marked.pdf")
    assert answer.status_code == 200, answer.text
    marked = tmp_path / "marked.pdf"
    marked.write_bytes(answer.content)
    pages = images(marked)
    assert len(pages) == 2, "the page, and the table"
    assert pages[0].shape == (HEIGHT, WIDTH)
    # The inside is tinted, and nothing else but its line and its number is.
    inside = pages[0][110:278, 110:465]
    assert 190 < inside.mean() < 240
    rest = pages[0].copy()
    rest[70:295, 92:482] = 255
    assert rest.min() == 255
    # The number stands at the upper left corner, readable: white on a dark box.
    number = pages[0][76:98, 100:125]
    assert (number.min() < 120, number.max() > 240) == (True, True)


def test_an_image_becomes_a_pdf_with_its_marks_and_what_waits_is_dashed(
    taken: Taken, tmp_path: Path
) -> None:
    taken.owner.execute("UPDATE takeoff.document SET content_type = 'image/png'")
    slab = taken.condition("Slab")
    taken.draw(slab, ROOM)
    taken.draw(slab, [[500, 300], [800, 300], [800, 500], [500, 500]])
    taken.owner.execute(
        "UPDATE takeoff.measurement SET review = 'open'"
        " WHERE (geometry #>> '{points,0,0}')::float = 500"
    )
    answer = taken.client.get(f"/api/v1/documents/{taken.document_id}/marked.pdf")
    assert answer.status_code == 200, answer.text
    (tmp_path / "marked.pdf").write_bytes(answer.content)
    drawn = images(tmp_path / "marked.pdf")[0]
    assert drawn.shape == (HEIGHT, WIDTH)
    # Along the lower edges: one line, and dashes.
    assert (drawn[287:289, 110:465].min(axis=0) < 150).all()
    dashes = drawn[499:501, 510:790].min(axis=0) < 150
    assert 0.3 < dashes.mean() < 0.8


def test_a_document_that_cannot_be_read_any_more_is_refused(
    taken: Taken, settings: Settings
) -> None:
    storage_of(settings).put(f"documents/{taken.document_id}/source.pdf", [b"no PDF"])
    taken.draw(taken.condition("Slab"), ROOM)
    answer = taken.client.get(f"/api/v1/documents/{taken.document_id}/marked.pdf")
    assert (answer.status_code, answer.json()["code"]) == (422, "marking_failed")


def test_files_are_for_whoever_reaches_the_project(taken: Taken, token: Token) -> None:
    paths = [f"{PROJECT}/takeoff.csv", f"{PROJECT}/takeoff.xlsx"]
    marked = f"/api/v1/documents/{taken.document_id}/marked.pdf"
    viewer, stranger = token("looks", "viewer"), token("elsewhere", "admin", ["tower-b"])
    assert [taken.client.get(path, headers=viewer).status_code for path in paths] == [200, 200]
    for path in (*paths, marked):
        assert taken.client.get(path, headers=stranger).status_code == 404, path
