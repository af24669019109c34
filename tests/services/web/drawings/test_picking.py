"""A room is filled at a click and symbols are counted alike, on the page and with undo."""

from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from takeoff.storage import document_key, open_storage
from takeoff.terms import ContentType
from tests.services.web.drawings.test_correcting import HEIGHT, WIDTH, Drawing
from tests.services.web.looks import look
from tests.services.web.site import Site


def with_lines(drawing: Drawing, folder: Path) -> None:
    """Give the page a PDF with a room of 20 by 10 feet and three squares."""
    scale = 72 / 150
    canvas = Canvas(str(folder / "a.pdf"), pagesize=(WIDTH * scale, HEIGHT * scale))
    canvas.scale(scale, scale)
    corners = [(100, 100), (475, 100), (475, 287.5), (100, 287.5), (100, 100)]
    for one, other in pairwise(corners):
        canvas.line(*one, *other)
    for place in range(3):
        canvas.rect(700 + 150 * place, 600, 40, 40)
    canvas.save()
    row = drawing.site.owner.execute(
        "SELECT document_id FROM takeoff.page WHERE id = %s", (drawing.page_id,)
    ).fetchone()
    assert row is not None
    storage = open_storage(f"{drawing.site.system.var_dir}/storage")
    storage.put_file(document_key(row[0], ContentType.PDF), folder / "a.pdf")


def test_a_room_is_filled_at_a_click_and_waits(
    site: Site, page: Page, project: str, tmp_path: Path
) -> None:
    drawing = Drawing(site, page, project)
    with_lines(drawing, tmp_path)
    drawing.open()
    drawing.press("Draw")
    page.get_by_label("Shape").select_option("fill")
    drawing.click((300, HEIGHT - 200))
    expect(page.locator("[data-measured] [data-waiting]")).to_contain_text(
        "200 SF not accepted yet"
    )
    drawing.press("Undo")
    expect(page.locator("[data-measured] [data-waiting]")).to_have_count(0)
    # Where nothing is drawn, it says so.
    drawing.click((1200, HEIGHT - 300))
    expect(page.get_by_role("alert").first).to_contain_text("No lines enclose this place")
    drawing.click((300, HEIGHT - 200))
    expect(page.locator("[data-measured] [data-waiting]")).to_contain_text("200 SF")
    look(page, "filled")


def test_all_that_look_alike_are_counted_and_taken_back_together(
    site: Site, page: Page, project: str, tmp_path: Path
) -> None:
    drawing = Drawing(site, page, project)
    with_lines(drawing, tmp_path)
    drawing.condition("A square", "count")
    drawing.open()
    drawing.press("Draw")
    page.get_by_label("Shape").select_option("alike")
    drawing.click((720, HEIGHT - 620))
    expect(page.locator("[data-measured] [data-waiting]")).to_contain_text("3 EA not accepted yet")
    assert len(drawing.measured()) == 3
    drawing.press("Undo")
    expect(page.locator("[data-measured] [data-waiting]")).to_have_count(0)
    assert drawing.measured() == []
    drawing.press("Redo")
    expect(page.locator("[data-measured] [data-waiting]")).to_contain_text("3 EA not accepted yet")
