"""Conditions are made and measured from the view, on one page and on several."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.services.web.drawings.conftest import WAIT_MS, started
from tests.services.web.site import Site
from tests.services.workers.running import PROJECT

Pages = list[dict[str, Any]]


@pytest.fixture(scope="module")
def measurable(site: Site, pages: Pages) -> Pages:
    """The pages at their true scale: 150 dpi at 1:48."""
    for page in pages:
        answer = site.system.api.put(
            f"/api/v1/pages/{page['id']}/scale", json={"scale_value": 37.5}
        )
        assert answer.status_code == 200, answer.text
    return pages


def _conditions(site: Site) -> dict[str, dict[str, Any]]:
    found = site.system.get(f"/projects/{PROJECT}/conditions")["conditions"]
    return {each["name"]: each for each in found}


def _known(site: Site, page: Page, page_id: str) -> None:
    """Wait until the newest task about the page is shown, so that those before it are known."""
    tasks = site.system.get(f"/tasks/project/{PROJECT}?q={page_id}&limit=1")["tasks"]
    for task in tasks:
        shown = page.locator(f"[data-task='{task['task_id']}']").first
        expect(shown).to_be_visible(timeout=WAIT_MS)


def test_a_condition_is_made_and_a_name_that_is_taken_is_refused_in_place(
    site: Site, page: Page
) -> None:
    page.goto(site.drawings())
    for refused in (False, True):
        page.get_by_role("button", name="New condition").click()
        page.get_by_label("Name").fill("6 in slab")
        page.get_by_label("Measurement type").select_option("volume")
        page.get_by_label("Depth in inches").fill("6")
        page.get_by_role("button", name="Create condition").click()
        if refused:
            expect(page.get_by_role("alert")).to_contain_text("with this name", timeout=WAIT_MS)
        else:
            made = page.locator("[data-condition]").filter(has_text="6 in slab")
            expect(made).to_contain_text("0 CY", timeout=WAIT_MS)
    assert _conditions(site)["6 in slab"]["depth_in"] == 6


def test_everything_on_a_page_is_measured_and_shown_by_condition(
    site: Site, page: Page, measurable: Pages
) -> None:
    page_id = measurable[1]["id"]
    page.goto(site.drawings(page=page_id))
    _known(site, page, page_id)
    started(page, "autonomous_ai_takeoff", "Measure everything")
    found = site.system.get(f"/pages/{page_id}/measurements?limit=500")["measurements"]
    assert found
    shapes = page.locator("[data-layer=measured]")
    expect(shapes).to_have_count(len(found), timeout=WAIT_MS)
    expect(page.locator("[data-measured]")).to_have_count(
        len({each["condition_id"] for each in found})
    )
    page.get_by_role("checkbox", name="Measurements").uncheck()
    expect(shapes).to_have_count(0)
    # The overview tells the totals.
    page.goto(site.drawings())
    for condition in _conditions(site).values():
        total = page.locator(f"[data-condition='{condition['id']}'] [data-total]")
        expect(total).to_have_text(
            f"{condition['total_quantity']:,.2f}".rstrip("0").rstrip(".") + f" {condition['unit']}"
        )


def test_providers_are_compared_side_by_side(site: Site, page: Page, measurable: Pages) -> None:
    page_id = measurable[1]["id"]
    page.goto(site.drawings(page=page_id))
    _known(site, page, page_id)
    task = started(page, "provider_comparison", "Compare providers")
    expect(task.locator("[data-comparison] tbody tr").first).to_contain_text("local")


def test_selected_pages_are_measured_together_and_the_selection_is_in_the_address(
    site: Site, page: Page, measurable: Pages
) -> None:
    page.goto(site.drawings())
    for each in measurable:
        page.locator(f"[data-page='{each['id']}']").get_by_role("checkbox").check()
    expect(page).to_have_url(re.compile(f"pick={measurable[1]['id']}"))
    page.reload()
    page.get_by_role("button", name="Measure 2 pages").click()
    condition = page.locator("[data-condition]", has=page.locator("[data-type=batch_ai_takeoff]"))
    expect(condition.locator("[data-status=SUCCESS]")).to_contain_text("2 queued", timeout=WAIT_MS)
    expect(page.get_by_text("2 pages selected")).to_have_count(0)
