"""Hundreds of documents stay smooth: those near the screen are in the page, and are asked for."""

from typing import Any, Final

from playwright.sync_api import Browser, Page, Request, expect

from tests.services.web.frames import Frames, assert_smooth, traced
from tests.services.web.site import Site
from tests.task_ledger.server.processes import eventually

DOCUMENTS: Final = 600


def _copy(site: Site, project: str, document_id: str) -> None:
    """The document with its pages, so many times."""
    site.owner.execute(
        "WITH copied AS ("
        " INSERT INTO takeoff.document (id, project_id, file_name, content_type, sha256,"
        "  size_bytes, storage_key, page_count, created_at, uploaded_by)"
        " SELECT uuidv7(), %s, format('Set %%s.pdf', lpad(n::text, 3, '0')), content_type, sha256,"
        "  size_bytes, format('%%s/%%s', storage_key, n), page_count, created_at, uploaded_by"
        " FROM takeoff.document, generate_series(1, %s) AS n WHERE id = %s RETURNING id)"
        " INSERT INTO takeoff.page (id, document_id, number, image_key, width_px, height_px,"
        "  sheet_number, title, ocr_text)"
        " SELECT uuidv7(), copied.id, number, image_key, width_px, height_px, sheet_number, title,"
        "  'read' FROM copied, takeoff.page WHERE document_id = %s",
        (project, DOCUMENTS, document_id, document_id),
    )


def test_hundreds_of_documents_scroll_smoothly_and_are_found_by_name(
    site: Site, browser: Browser, page: Page, project: str, pages: list[dict[str, Any]]
) -> None:
    _copy(site, project, pages[0]["document_id"])
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.partition("?")[0].endswith("/pages"):
            asked.append(request.url)

    page.on("request", note)
    page.goto(site.drawings(project))
    shown = page.locator("[data-document]")
    expect(shown.first).to_be_visible()
    expect(page.locator("[data-page]").first).to_be_visible()
    scroller = page.locator("main [data-scroller]")

    def scrolled() -> Frames:
        with traced(browser, page) as frames:
            for _ in range(15):
                scroller.evaluate("e => { e.scrollTop += 400; }")
                page.wait_for_timeout(60)
        return frames

    assert_smooth(page, scrolled)
    assert shown.count() < 20
    # The first was uploaded first, so it is the last.
    last = page.get_by_role("heading", name="Set 001.pdf")

    def at_the_end() -> bool:
        # What is below becomes as high as it is only when it is drawn.
        scroller.evaluate("e => { e.scrollTop = e.scrollHeight; }")
        page.wait_for_timeout(50)
        return last.count() == 1 and last.is_visible()

    eventually("the last document was drawn", at_the_end, timeout_s=60)
    assert shown.count() < 20
    assert len(asked) < DOCUMENTS / 4
    page.get_by_role("searchbox").fill("set 333")
    expect(shown).to_have_count(1)
    expect(page.get_by_role("heading", name="Set 333.pdf")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Set 333.pdf")).to_be_visible()
    expect(shown).to_have_count(1)


def test_the_drawings_are_there_again_when_a_page_is_closed(
    site: Site, page: Page, pages: list[dict[str, Any]]
) -> None:
    page.goto(site.drawings())
    page.locator(f"[data-page='{pages[0]['id']}']").get_by_role("link").first.click()
    expect(page.locator("[data-paper]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-paper]")).to_have_count(0)
    expect(page.locator(f"[data-page='{pages[0]['id']}']")).to_be_visible()
