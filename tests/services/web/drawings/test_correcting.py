"""What was measured is corrected on the page, and each change taken back."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import FloatRect, Locator, Page, Response, Route, expect

from takeoff.sample import write_sample
from takeoff.storage import document_key, open_storage
from takeoff.terms import ContentType
from tests.services.api.drawn import draw_page, measure_slab
from tests.services.web.drawings.conftest import WAIT_MS, at_rest
from tests.services.web.looks import look
from tests.services.web.site import Site

WIDTH, HEIGHT = 1500, 1000


class Drawing:
    """A page of a project of its own, opened, with a condition of areas called Slab."""

    def __init__(self, site: Site, page: Page, project: str) -> None:
        self.site, self.page, self.project = site, page, project
        storage = open_storage(f"{site.system.var_dir}/storage")
        self.page_id = draw_page(site.owner, storage, project, WIDTH, HEIGHT)
        self.slab = self.condition("Slab")

    def condition(self, name: str, kind: str = "area") -> str:
        """Make a condition; its id."""
        path = f"/api/v1/projects/{self.project}/conditions"
        made = self.site.client.post(path, json={"name": name, "measurement_type": kind})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def open(self) -> None:
        """Open the page, and wait until it stays where it is."""
        self.page.goto(self.site.drawings(self.project, page=str(self.page_id)))
        expect(self.paper).to_be_visible(timeout=WAIT_MS)
        at_rest(self.page)

    @property
    def paper(self) -> Locator:
        return self.page.locator("[data-paper]")

    @property
    def place(self) -> FloatRect:
        """Where the paper is on the screen."""
        place = self.paper.bounding_box()
        assert place is not None
        return place

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page is on the screen."""
        place = self.place
        zoom = place["width"] / WIDTH
        return place["x"] + x * zoom, place["y"] + y * zoom

    def click(self, *points: tuple[float, float]) -> None:
        """Click on points of the page, one after the other."""
        for number, point in enumerate(points, 1):
            self.page.mouse.click(*self.at(*point))
            if number < len(points):
                expect(self.page.locator(f"[data-draft='{number}']")).to_be_attached()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag what is at a point of the page to another."""
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(*end), steps=4)
        self.page.mouse.up()

    def measured(self) -> list[Any]:
        """What is stored of the page."""
        path = f"/api/v1/pages/{self.page_id}/measurements"
        return self.site.client.get(path).json()["measurements"]

    def shows(self, quantity: str) -> None:
        """Wait until the panel tells that the slab amounts to so much on this page."""
        summary = self.page.locator(f"[data-measured='{self.slab}'] summary")
        expect(summary).to_contain_text(quantity)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def drawing(site: Site, page: Page, project: str) -> Drawing:
    return Drawing(site, page, project)


# At 18.75 pixels per foot: 20 by 10 feet.
ROOM = ((100, 100), (475, 100), (475, 287.5), (100, 287.5))


def feet(measurement: Any) -> float:
    return measurement["quantity"]


def test_a_polygon_is_drawn_and_the_drawing_is_taken_back_and_made_again(
    drawing: Drawing, page: Page
) -> None:
    drawing.open()
    drawing.press("Draw")
    drawing.click(*ROOM, ROOM[0])
    drawing.shows("20")
    (stored,) = drawing.measured()
    # A screen's pixel is some pixels of the page.
    assert feet(stored) == pytest.approx(200, rel=0.02)
    assert (stored["review"], stored["drawn_by"]) == ("accepted", "tester")
    drawing.press("Done")
    drawing.press("Undo")
    expect(page.locator("[data-measured]")).to_have_count(0)
    assert drawing.measured() == []
    page.keyboard.press("Control+Shift+Z")
    drawing.shows("20")
    assert drawing.measured() == [stored]
    page.keyboard.press("Control+z")
    expect(page.locator("[data-measured]")).to_have_count(0)


def test_rectangles_lines_and_points_are_drawn_for_what_they_measure(
    drawing: Drawing, page: Page
) -> None:
    drawing.condition("Wall", "linear")
    drawing.condition("Door", "count")
    drawing.open()
    drawing.press("Draw")
    chosen = page.get_by_role("region", name="Draw a measurement")
    chosen.get_by_label("Condition").select_option(label="Slab (SF)")
    chosen.get_by_label("Shape").select_option("rectangle")
    drawing.click(ROOM[0], ROOM[2])
    expect(page.locator("[data-layer=measured]")).to_have_count(1)
    chosen.get_by_label("Condition").select_option(label="Wall (LF)")
    drawing.click((100, 500), (475, 500))
    chosen.get_by_role("button", name="Finish").click()
    expect(page.locator("[data-layer=measured]")).to_have_count(2)
    chosen.get_by_label("Condition").select_option(label="Door (EA)")
    for number, point in enumerate(((600, 600), (700, 600)), 3):
        drawing.click(point)
        expect(page.locator("[data-layer=measured]")).to_have_count(number)
    kinds = {each["geometry_type"]: feet(each) for each in drawing.measured()}
    assert kinds["rectangle"] == pytest.approx(200, rel=0.02)
    assert kinds["polyline"] == pytest.approx(20, rel=0.02)
    assert kinds["point"] == 1


def test_a_shape_is_edited_by_its_points_and_moved_as_a_whole(drawing: Drawing, page: Page) -> None:
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab))
    drawing.open()
    drawing.press("Edit shape A1")
    expect(page.locator("[data-editing]")).to_be_attached()
    at_rest(page)
    # The rectangle from 10, 10 to 110, 60: its lower right corner goes 100 right and 50 down.
    drawing.drag((110, 60), (210, 110))
    expect(page.locator("[data-review=accepted]")).to_have_count(1)
    (wider,) = drawing.measured()
    assert wider["geometry"]["points"][2] == pytest.approx([210, 110], abs=1.5)
    assert wider["pixel_area"] == pytest.approx(5000 + 2 * 0.5 * 5000, rel=0.05)
    # All of it goes 40 to the right.
    drawing.drag((60, 30), (100, 30))
    expect(page.get_by_role("status").filter(has_text="last change")).to_be_visible()
    page.wait_for_function(
        "() => !document.querySelector('[data-undo] button[disabled]:first-of-type')"
    )
    expect(page.locator("[data-handle='0']")).to_have_attribute("cx", re.compile(r"^(49|50|51)"))
    corners = drawing.measured()[0]["geometry"]["points"]
    assert corners[0] == pytest.approx([50, 10], abs=1.5)
    page.keyboard.press("Control+z")
    expect(page.locator("[data-handle='0']")).to_have_attribute("cx", "10")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-review=open]")).to_have_count(1)
    assert drawing.measured()[0]["geometry"]["points"][2] == [110, 60]


def test_points_are_moved_added_and_deleted_with_the_keyboard(drawing: Drawing, page: Page) -> None:
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab))
    first = [[10, 10], [110, 10], [110, 60], [10, 60]]

    def stored(*points: Sequence[float]) -> None:
        wanted = [list(point) for point in points]
        drawing.site.system.until(
            f"{wanted}", lambda: drawing.measured()[0]["geometry"]["points"] == wanted
        )

    drawing.open()
    drawing.press("Edit shape A1")
    expect(page.locator("[data-editing]")).to_be_attached()
    corner = page.locator("[data-handle='2']")
    corner.focus()
    # Nothing is lost of what is pressed before the last change is stored.
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    stored(*first[:2], [130, 61], first[3])
    expect(corner).to_be_focused()
    page.keyboard.press("Delete")
    stored(*first[:2], first[3])
    # A triangle keeps its corners, and the key deletes nothing else.
    page.locator("[data-handle='1']").press("Delete")
    page.locator("[data-between='0']").press("Enter")
    stored(first[0], [60, 10], first[1], first[3])
    page.get_by_role("button", name="Whole shape").press("ArrowLeft")
    stored(*([x - 1, y] for x, y in (first[0], [60, 10], first[1], first[3])))
    for _ in range(6):
        page.keyboard.press("Control+z")
    stored(*first)


def test_a_room_is_labelled_and_the_units_are_chosen_on_the_page(
    drawing: Drawing, page: Page
) -> None:
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab))
    drawing.open()
    drawing.press("Label A1")
    page.get_by_label("Label of A1").fill("OFFICE 101")
    drawing.press("Save")
    expect(page.get_by_label("Label of A1")).to_have_count(0)
    assert drawing.measured()[0]["label"] == "OFFICE 101"
    expect(page.locator("[data-review]")).to_contain_text("OFFICE 101")
    page.goto(drawing.site.drawings(drawing.project))
    page.get_by_label("Units").select_option("metric")
    expect(page.get_by_label("Units")).to_have_value("metric")
    page.get_by_role("button", name="New condition").click()
    expect(page.get_by_label("Measurement type")).to_contain_text("area (M2)")
    drawing.press("Undo")
    expect(page.get_by_label("Units")).to_have_value("imperial")


def test_what_is_asked_for_while_a_change_is_under_way_is_done_after_it(
    drawing: Drawing, page: Page
) -> None:
    drawing.condition("Door", "count")
    drawing.open()
    drawing.press("Draw")
    chosen = page.get_by_role("region", name="Draw a measurement")
    chosen.get_by_label("Condition").select_option(label="Door (EA)")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    # Nothing is answered until all three were clicked.
    page.route("**/api/v1/pages/*/measurements", hold, times=1)
    with page.expect_request("**/api/v1/pages/*/measurements"):
        for x in (600, 700, 800):
            page.mouse.click(*drawing.at(x, 600))
    held.pop().continue_()
    expect(page.locator("[data-layer=measured]")).to_have_count(3)
    page.keyboard.press("Escape")
    undone: list[int] = []

    def is_third(answer: Response) -> bool:
        if answer.url.endswith("/undo"):
            undone.append(answer.status)
        return len(undone) == 3

    page.route("**/api/v1/changes/*/undo", hold, times=1)
    with page.expect_response(is_third):
        with page.expect_request("**/api/v1/changes/*/undo"):
            for keys in ("Control+z", "Control+z", "Control+Shift+z"):
                page.keyboard.press(keys)
        held.pop().continue_()
    assert undone == [200, 200, 200]
    expect(page.locator("[data-layer=measured]")).to_have_count(2)
    assert [each["geometry"]["points"][0][0] for each in drawing.measured()] == [
        pytest.approx(x, abs=1.5) for x in (600, 700)
    ]


def test_low_confidence_waits_until_it_is_accepted_and_what_is_rejected_leaves_the_page(
    drawing: Drawing, page: Page
) -> None:
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab), confidence=0.6)
    drawing.open()
    drawing.shows("0 SF")
    expect(page.locator("[data-waiting]").first).to_contain_text("14.22 SF")
    look(page, "drawing-waiting")
    drawing.press("Accept A1")
    drawing.shows("14.22 SF")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    drawing.press("Reject A1")
    expect(page.locator("[data-layer=measured]")).to_have_count(0)
    drawing.shows("0 SF")
    drawing.press("Undo")
    drawing.shows("14.22 SF")
    drawing.press("Delete A1")
    expect(page.locator("[data-measured]")).to_have_count(0)
    drawing.press("Undo")
    drawing.shows("14.22 SF")


def test_drawing_and_editing_look_right(drawing: Drawing, page: Page) -> None:
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab), confidence=0.6)
    drawing.open()
    drawing.press("Draw")
    drawing.click(*ROOM, ROOM[0])
    expect(page.locator("[data-layer=measured]")).to_have_count(2)
    drawing.click((600, 300), (900, 300))
    page.mouse.click(*drawing.at(900, 600))
    look(page, "drawing-drawn")
    page.set_viewport_size({"width": 1280, "height": 800})
    drawing.press("Done")
    drawing.press("Edit shape A2")
    expect(page.locator("[data-editing]")).to_be_attached()
    look(page, "drawing-edited")


def test_a_condition_is_renamed_and_deleted_with_what_was_measured_and_comes_back(
    drawing: Drawing, page: Page
) -> None:
    draw = {"points": [list(point) for point in ROOM]}
    body = {"condition_id": drawing.slab, "geometry_type": "polygon", "geometry": draw}
    path = f"/api/v1/pages/{drawing.page_id}/measurements"
    assert drawing.site.client.post(path, json=body).status_code == 201
    page.goto(drawing.site.drawings(drawing.project))
    line = page.locator(f"[data-condition='{drawing.slab}']")
    line.get_by_role("button", name="Edit Slab").click()
    look(page, "drawings-edited")
    page.get_by_label("New name").fill("Slab on grade")
    page.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("Slab on grade")
    line.get_by_role("button", name="Delete Slab on grade").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 measurement of it")
    dialog.get_by_role("button", name="Delete condition").click()
    expect(line).to_have_count(0)
    drawing.press("Undo")
    expect(line).to_contain_text("200 SF")
    drawing.press("Undo")
    expect(line).not_to_contain_text("on grade")


def test_a_document_is_deleted_after_asking(drawing: Drawing, page: Page) -> None:
    page.goto(drawing.site.drawings(drawing.project))
    page.get_by_role("button", name="Delete A.pdf").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be undone")
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-document]")).to_have_count(1)
    page.get_by_role("button", name="Delete A.pdf").click()
    dialog.get_by_role("button", name="Delete document").click()
    expect(page.locator("[data-document]")).to_have_count(0)
    expect(page.get_by_text("No drawings yet")).to_be_visible()


def test_somebody_who_may_only_look_changes_nothing(
    site: Site, drawing: Drawing, viewer: Page
) -> None:
    measure_slab(site.owner, drawing.page_id, UUID(drawing.slab))
    viewer.goto(site.drawings(drawing.project, page=str(drawing.page_id)))
    expect(viewer.locator("[data-review]")).to_have_count(1, timeout=WAIT_MS)
    for name in ("Draw", "Accept A1", "Reject A1", "Edit shape A1", "Delete A1"):
        expect(viewer.get_by_role("button", name=name, exact=True)).to_have_count(0)


def test_quantities_are_downloaded_as_files(drawing: Drawing, page: Page, tmp_path: Path) -> None:
    storage = open_storage(f"{drawing.site.system.var_dir}/storage")
    (measured,) = drawing.site.client.get(f"/api/v1/projects/{drawing.project}/documents").json()[
        "documents"
    ]
    write_sample(tmp_path / "sample.pdf")
    storage.put_file(document_key(measured["id"], ContentType.PDF), tmp_path / "sample.pdf")
    measure_slab(drawing.site.owner, drawing.page_id, UUID(drawing.slab))
    page.goto(drawing.site.drawings(drawing.project))
    for link, name, begins in (
        ("XLSX", f"takeoff-{drawing.project}.xlsx", b"PK"),
        ("CSV", f"takeoff-{drawing.project}-by-measurement.csv", "\ufeffDocument,".encode()),
        ("Marked PDF", "A marked.pdf", b"%PDF-"),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=link, exact=True).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes().startswith(begins), link
