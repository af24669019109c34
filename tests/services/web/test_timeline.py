"""A project's timeline: cut, resumed, polled, filtered, without a gap or a double."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.services.web.site import Site

RECORD_NUMBERS = """
window.doubles = [];
const look = () => {
  const seqs = [...document.querySelectorAll('[data-seq]')].map(e => e.dataset.seq);
  if (new Set(seqs).size !== seqs.length) window.doubles.push(seqs);
};
new MutationObserver(look).observe(document, {subtree: true, childList: true});
"""


def _numbers(page: Page) -> list[int]:
    return sorted(
        page.locator("[data-seq]").evaluate_all("all => all.map(e => Number(e.dataset.seq))")
    )


def test_a_stream_that_was_cut_resumes_without_a_gap_or_a_double(
    site: Site, page: Page, project: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.add_init_script(RECORD_NUMBERS)
    site.ledger.finished(project=project, name="before")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}/timeline")
    state = page.locator("[data-connection]")
    expect(state).to_have_attribute("data-connection", "live")
    expect(page.locator("[data-seq]")).to_have_count(4)
    site.ledger.finished(project=project, name="live")
    expect(page.locator("[data-seq]")).to_have_count(8)
    site.proxy.cut()
    try:
        expect(state).to_have_attribute("data-connection", "lost")
        expect(page.locator("[data-seq]")).to_have_count(8)
        site.ledger.finished(project=project, name="meanwhile")
        site.caught_up()
    finally:
        site.proxy.mend()
    expect(state).to_have_attribute("data-connection", "live")
    site.ledger.finished(project=project, name="after")
    expect(page.locator("[data-seq]")).to_have_count(16)
    assert _numbers(page) == list(range(1, 17)) == site.timeline(project)
    assert page.evaluate("window.doubles") == []


def test_where_the_stream_does_not_come_through_the_timeline_is_polled(
    site: Site, page: Page, project: str
) -> None:
    def refuse(route: Any) -> None:
        route.abort()

    page.route("**/events/stream**", refuse)
    page.goto(f"{site.url}/projects/{project}/timeline")
    expect(page.get_by_text("No events yet")).to_be_visible()
    state = page.locator("[data-connection]")
    expect(state).to_have_attribute("data-connection", "polling")
    site.ledger.finished(project=project)
    expect(page.locator("[data-seq]")).to_have_count(4)
    page.unroute("**/events/stream**")
    expect(state).to_have_attribute("data-connection", "live")


def test_a_filtered_timeline_stays_live_and_is_in_the_address(
    site: Site, page: Page, project: str
) -> None:
    site.ledger.finished(project=project, name="first")
    site.caught_up()
    page.goto(f"{site.url}/projects/{project}/timeline")
    page.get_by_role("button", name=re.compile("completed")).click()
    expect(page.locator("[data-seq]")).to_have_count(1)
    site.ledger.finished(project=project, name="second")
    expect(page.locator("[data-seq]")).to_have_count(1 + 1)
    assert _numbers(page) == [4, 8]
    page.reload()
    expect(page.locator("[data-seq]")).to_have_count(2)
    page.get_by_role("link", name="second").first.click()
    expect(page).to_have_url(re.compile(r"/tasks/.*version=4"))
    page.go_back()
    expect(page.locator("[data-seq]")).to_have_count(2)


def test_a_session_that_ends_while_it_is_looked_at_is_told(
    site: Site, page: Page, project: str
) -> None:
    page.goto(f"{site.url}/projects/{project}/timeline")
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_text("You are signed out")).to_be_visible()
