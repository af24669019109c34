"""A page that is opened: calibrated by hand, worked on, and shown with what was read on it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from takeoff.sample import SampleTruth
from task_ledger.model.events import Entity, Registered
from task_ledger.model.ids import new_task_id
from tests.services.web.drawings.conftest import WAIT_MS, at_rest
from tests.services.web.site import Site
from tests.services.workers.running import PROJECT
from tests.task_ledger.server.ledger import Running

Pages = list[dict[str, Any]]


def _opened(site: Site, page: Page, page_id: str, **search: str) -> Locator:
    page.goto(site.drawings(page=page_id, **search))
    paper = page.locator("[data-paper]")
    expect(paper).to_be_visible(timeout=WAIT_MS)
    page.wait_for_function(
        "paper => paper.querySelector('img').naturalWidth > 0", arg=paper.element_handle()
    )
    return paper


def test_two_clicks_and_a_length_are_the_scale_of_the_page(
    site: Site, page: Page, pages: Pages, sample: tuple[Path, SampleTruth]
) -> None:
    sheet = sample[1].sheets[0]
    known = max(sheet.dimensions, key=lambda each: each.feet)
    paper = _opened(site, page, pages[0]["id"])
    page.get_by_role("button", name="Calibrate by hand").click()
    expect(page.get_by_text("Click one end of a line")).to_be_visible()
    at_rest(page)
    box = paper.bounding_box()
    assert box is not None
    for point in (known.start, known.end):
        x, y = sheet.pixels_at(point, pages[0]["dpi"])
        share = box["width"] / pages[0]["width_px"]
        page.mouse.click(box["x"] + x * share, box["y"] + y * share)
    length = page.get_by_label("Length")
    length.fill("a few steps")
    expect(page.get_by_role("button", name="Save scale")).to_be_disabled()
    length.fill(known.text)
    length.press("Enter")
    expect(page.locator("[data-scale]")).to_contain_text("set by tester", timeout=WAIT_MS)
    stored = site.system.get(f"/pages/{pages[0]['id']}")
    assert (stored["calibrated"], stored["scale_method"]) == (True, "manual")
    truth = sheet.pixels_per_foot(pages[0]["dpi"])
    assert stored["scale_value"] == pytest.approx(truth, rel=0.01)
    assert stored["scale_calibration"]["line"]["feet"] == pytest.approx(known.feet)
    shown = float(page.locator("[data-scale]").get_attribute("data-scale") or 0)
    assert shown == stored["scale_value"]


def test_a_page_is_calibrated_by_keys_alone(site: Site, page: Page, pages: Pages) -> None:
    _opened(site, page, pages[1]["id"])
    page.get_by_role("button", name="Calibrate by hand").press("Enter")
    at_rest(page)
    page.locator("[data-viewer]").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(page.locator("[data-scale]")).to_contain_text("10'-0\"", timeout=WAIT_MS)
    line = site.system.get(f"/pages/{pages[1]['id']}")["scale_calibration"]["line"]
    assert line["start"][1] == pytest.approx(line["end"][1])
    assert line["end"][0] > line["start"][0]


def test_a_task_that_is_started_from_the_page_shows_its_progress_and_its_end(
    site: Site, page: Page, pages: Pages
) -> None:
    _opened(site, page, pages[0]["id"])
    with site.system.holding("page", pages[0]["id"]):
        page.get_by_role("button", name="Detect scale").click()
        task = page.locator("[data-type=scale_detection]").first
        expect(task).to_have_attribute("data-status", "PROGRESS", timeout=WAIT_MS)
        expect(task.get_by_role("progressbar")).to_have_attribute(
            "aria-valuenow", "90", timeout=WAIT_MS
        )
        expect(task).to_contain_text("Saving results")
    expect(task).to_have_attribute("data-status", "SUCCESS", timeout=WAIT_MS)
    evidence = site.system.get(f"/pages/{pages[0]['id']}")["scale_detection"]["evidence"]
    assert evidence
    expect(page.locator("[data-place^=scale-]")).to_have_count(len(evidence), timeout=WAIT_MS)
    task_id = task.get_attribute("data-task")
    task.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/tasks/{task_id}"))


def test_a_running_task_is_cancelled_from_the_page(site: Site, page: Page, pages: Pages) -> None:
    # A class that it has already would not be written, and what is not written is not held.
    site.owner.execute("UPDATE takeoff.page SET discipline = NULL WHERE id = %s", (pages[1]["id"],))
    _opened(site, page, pages[1]["id"])
    with site.system.holding("page", pages[1]["id"]):
        page.get_by_role("button", name="Classify", exact=True).click()
        task = page.locator("[data-type=page_classification]").first
        expect(task).to_have_attribute("data-status", "PROGRESS", timeout=WAIT_MS)
        task.get_by_role("button", name=re.compile("^Cancel ")).click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel task").click()
        expect(task).to_contain_text("cancel requested", timeout=WAIT_MS)
    expect(task).to_have_attribute("data-status", "REVOKED", timeout=WAIT_MS)


def test_what_was_read_is_laid_over_the_page_and_taken_away_and_the_address_keeps_it(
    site: Site, page: Page, pages: Pages
) -> None:
    paper = _opened(site, page, pages[0]["id"])
    words = paper.locator("[data-layer=words] rect")
    expect(words).to_have_count(0)
    page.get_by_role("checkbox", name="Recognized words").check()
    read = site.system.get(f"/pages/{pages[0]['id']}")["ocr_blocks"]
    assert len(read) > 10
    expect(words).to_have_count(len(read))
    page.get_by_role("checkbox", name="Title block").check()
    expect(paper.locator("[data-layer=title]")).to_have_count(2)
    page.reload()
    expect(words).to_have_count(len(read), timeout=WAIT_MS)
    page.get_by_role("checkbox", name="Recognized words").uncheck()
    expect(words).to_have_count(0)
    expect(paper.locator("[data-layer=title]")).to_have_count(2)
    # Focus in the list lights the place on the page; pressing brings it near.
    number = page.locator("[data-place='title-Sheet number']")
    number.focus()
    expect(paper.locator("[data-lit='title-Sheet number']")).to_have_count(1)
    # The pointer lights what it is over, and leaves what has the focus lit when it goes.
    page.locator("[data-place='title-Title']").hover()
    expect(paper.locator("[data-lit='title-Title']")).to_have_count(1)
    page.mouse.move(0, 0)
    expect(paper.locator("[data-lit='title-Sheet number']")).to_have_count(1)
    before = paper.bounding_box()
    number.press("Enter")
    page.wait_for_function(
        "([paper, width]) => paper.getBoundingClientRect().width > width * 1.5",
        arg=[paper.element_handle(), before and before["width"]],
    )
    at_rest(page)
    lit = paper.locator("[data-lit] rect").bounding_box()
    viewer = page.locator("[data-viewer]").bounding_box()
    assert lit is not None
    assert viewer is not None
    assert viewer["x"] <= lit["x"] <= viewer["x"] + viewer["width"]
    assert viewer["y"] <= lit["y"] <= viewer["y"] + viewer["height"]


def test_where_one_looks_is_in_the_address_and_a_link_to_it_shows_the_same(
    site: Site, page: Page, open_page: Callable[..., Page], pages: Pages
) -> None:
    paper = _opened(site, page, pages[0]["id"])
    at_rest(page)
    whole = paper.bounding_box()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.locator("[data-viewer]").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"at=\d+%2C\d+%2C0\.\d+"))
    at_rest(page)
    seen = paper.bounding_box()
    entries = page.evaluate("history.length")
    linked = open_page()
    linked.goto(page.url)
    expect(linked.locator("[data-paper]")).to_be_visible()
    at_rest(linked)
    same = linked.locator("[data-paper]").bounding_box()
    assert whole is not None
    assert seen is not None
    assert same is not None
    assert seen["width"] > whole["width"] * 1.5
    for side in ("x", "y", "width", "height"):
        assert same[side] == pytest.approx(seen[side], abs=2), side
    # Looking around leaves nothing behind that would have to be gone back through.
    assert page.evaluate("history.length") == entries
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("at="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("page="))


def test_keys_turn_the_pages_and_close_them(site: Site, page: Page, pages: Pages) -> None:
    _opened(site, page, pages[0]["id"])
    # Before, nobody knows which page comes next.
    expect(page.get_by_text("1 of 2")).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(pages[1]["id"]))
    expect(page.get_by_role("heading", name=re.compile("S-101"))).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_text("2 of 2")).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(pages[0]["id"]))
    expect(page.get_by_role("heading", name=re.compile("A-101"))).to_be_visible(timeout=WAIT_MS)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Drawings", exact=True)).to_be_visible()


def test_every_task_of_a_page_is_shown_when_it_is_asked_for(
    site: Site, page: Page, pages: Pages
) -> None:
    about = Entity(type="page", id=pages[0]["id"])
    for n in range(7):
        task = Running(new_task_id())
        site.owner.execute(
            "SELECT task_ledger.register(%s, %s, 'ops', clock_timestamp(), %s::json, 1, 4, NULL)",
            (
                task.id,
                PROJECT,
                Registered(task_type="export", name=f"Export {n}", entity=about).to_json(),
            ),
        )
        site.ledger.start(task)
        site.ledger.complete(task)
    site.caught_up()
    _opened(site, page, pages[0]["id"])
    tasks = page.get_by_role("region", name="Tasks of this page").locator("[data-task]")
    expect(tasks).to_have_count(5, timeout=WAIT_MS)
    page.get_by_role("button", name=re.compile(r"^Show \d+ more$")).click()
    expect(tasks.filter(has_text="Export")).to_have_count(7)
    page.get_by_role("link", name="All in the task list").click()
    expect(page.get_by_role("row").filter(has_text="Export")).to_have_count(7)
