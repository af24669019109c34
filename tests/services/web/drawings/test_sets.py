"""A whole set is processed from the page: how far it is, and which pages could not be."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.services.web.drawings.conftest import WAIT_MS
from tests.services.web.looks import look
from tests.services.web.site import Site
from tests.services.workers.sets.drawings import scanned_set, written_set


def test_a_set_is_processed_with_one_button_and_told_page_by_page(
    site: Site, page: Page, project: str, tmp_path: Path
) -> None:
    document = site.system.upload(written_set(tmp_path, 6), project)["document_id"]
    pages = site.system.read_pages(document)
    page.goto(f"{site.url}/projects/{project}/drawings")
    shown = page.locator(f"[data-document='{document}']")
    with site.system.holding("page", pages[-1]["id"]):
        shown.get_by_role("button", name="Process all pages of written.pdf").click()
        expect(shown.get_by_text("5 of 6 pages done")).to_be_visible(timeout=WAIT_MS)
        look(page, "set")
    expect(shown.get_by_text("pages done")).to_have_count(0, timeout=WAIT_MS)
    for each in pages:
        expect(shown.locator(f"[data-page='{each['id']}']")).to_contain_text(
            "calibrated", timeout=WAIT_MS
        )
    # All of it was done, so the whole project has nothing left.
    page.get_by_role("button", name="Process all pages", exact=True).click()
    expect(page.locator("[data-type=set_processing]")).to_have_count(0, timeout=WAIT_MS)


def test_pages_that_could_not_be_processed_are_named(
    site: Site, page: Page, project: str, tmp_path: Path
) -> None:
    uploaded = site.system.upload(scanned_set(tmp_path, 2), project)
    pages = site.system.read_pages(uploaded["document_id"])
    site.owner.execute(
        "UPDATE takeoff.page SET image_key = 'nowhere', ocr_text = NULL WHERE id = %s",
        (pages[1]["id"],),
    )
    page.goto(f"{site.url}/projects/{project}/drawings")
    page.get_by_role("button", name="Process all pages", exact=True).click()
    failed = page.get_by_label("Pages that could not be processed")
    expect(failed).to_contain_text(re.compile(r"Page 2 of scanned\.tiff: "), timeout=2 * WAIT_MS)
    expect(page.get_by_text("1 page processed, 1 failed")).to_be_visible()
    card = page.locator(f"[data-page='{pages[1]['id']}']")
    expect(card.locator("[data-status=FAILURE]")).to_be_visible()
    look(page, "set-failed")
