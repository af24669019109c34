"""Everything that can be asked for about a page is asked for from the page, by whoever may."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.services.web.drawings.conftest import WAIT_MS, started
from tests.services.web.site import Site
from tests.services.workers.running import PROJECT

Pages = list[dict[str, Any]]


@pytest.fixture
def opened(site: Site, page: Page, measured: Pages) -> Page:
    """S-101, with its panel."""
    page.goto(site.drawings(page=measured[1]["id"]))
    expect(page.get_by_role("heading", name="Start a task")).to_be_visible(timeout=WAIT_MS)
    # Those that were there before are known.
    expect(page.locator("[data-type=autonomous_ai_takeoff]").first).to_be_visible(timeout=WAIT_MS)
    return page


def test_one_condition_is_measured_by_the_provider_that_was_chosen(
    site: Site, opened: Page, measured: Pages
) -> None:
    body = {"name": "One slab", "measurement_type": "area"}
    made = site.client.post(f"/api/v1/projects/{PROJECT}/conditions", json=body)
    assert made.status_code == 201, made.text
    asked = len(site.system.providers.asked)
    corners = [(100, 100), (475, 100), (475, 475), (100, 475)]
    site.system.providers.answers["FoundElements"] = {
        "elements": [
            {
                "shape": "polygon",
                "points": [{"x": x, "y": y} for x, y in corners],
                "label": None,
                "confidence": 0.9,
                "evidence": "an outline",
            }
        ],
        "withheld": [],
    }
    expect(opened.get_by_label("Condition", exact=True)).to_contain_text("One slab")
    opened.get_by_label("Condition", exact=True).select_option(label="One slab (SF)")
    opened.get_by_label("Provider", exact=True).select_option("openai")
    task = started(opened, "ai_takeoff", "Measure condition")
    expect(task).to_contain_text(re.compile(r"1 measured, [\d,.]+ SF"))
    assert len(site.system.providers.asked) == asked + 1
    shown = opened.locator("[data-measured]", has_text="One slab")
    expect(shown).to_contain_text("SF", timeout=WAIT_MS)
    found = site.system.get(f"/pages/{measured[1]['id']}/measurements?limit=500")["measurements"]
    assert [each["provider"] for each in found if each["condition_id"] == made.json()["id"]] == [
        "openai"
    ]


def test_a_page_is_read_again(site: Site, opened: Page, measured: Pages) -> None:
    page_id = measured[1]["id"]
    text = site.system.get(f"/pages/{page_id}")["ocr_text"]
    site.owner.execute(
        "UPDATE takeoff.page SET ocr_text = 'nothing', sheet_number = NULL WHERE id = %s",
        (page_id,),
    )
    task = started(opened, "ocr_processing", "Run OCR again")
    expect(task).to_contain_text("sheet S-101")
    expect(opened.get_by_role("heading", name="S-101")).to_be_visible(timeout=WAIT_MS)
    assert site.system.get(f"/pages/{page_id}")["ocr_text"] == text


def test_a_page_is_classified_by_what_a_provider_sees_on_it(
    site: Site, opened: Page, measured: Pages
) -> None:
    site.system.providers.answers["SeenSheet"] = {
        "discipline": "structural",
        "page_type": "plan",
        "concrete_relevance": "high",
        "confidence": 0.8,
        "evidence": ["FOUNDATION PLAN"],
    }
    opened.get_by_label("Classify by").select_option("openai")
    task = started(opened, "page_classification", "Classify")
    expect(task).to_contain_text("structural")
    expect(opened.get_by_text("seen by seer-o-1").first).to_be_visible(timeout=WAIT_MS)
    rule = site.system.get(f"/pages/{measured[1]['id']}")["classification"]["discipline"]["rule"]
    assert rule == "seen by seer-o-1"


def test_a_viewer_sees_it_all_and_is_offered_nothing_that_would_be_refused(
    site: Site, viewer: Page, measured: Pages
) -> None:
    viewer.goto(site.drawings())
    expect(viewer.locator("[data-page]")).not_to_have_count(0)
    expect(viewer.locator("[data-condition]")).not_to_have_count(0)
    expect(viewer.get_by_text("Uploading requires the role operator or admin.")).to_be_visible()
    assert viewer.get_by_role("main").get_by_role("checkbox").count() == 0
    labels = viewer.locator("main button").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label'))"
    )
    assert set(labels) == {"Copy document ID"}
    viewer.goto(site.drawings(page=measured[1]["id"]))
    expect(viewer.locator("[data-layer=measured]").first).to_be_attached(timeout=WAIT_MS)
    expect(viewer.locator("[data-measured]").first).to_be_visible()
    assert viewer.get_by_role("heading", name="Start a task").count() == 0
    for refused in ("Calibrate", "Measure", "Classify", "Run OCR again", "Detect", "Cancel"):
        assert viewer.get_by_role("button", name=refused).count() == 0, refused
    page_id = measured[1]["id"]
    refusals = viewer.evaluate(
        """async (page) => (await Promise.all(["classify", "detect-scale", "reprocess-ocr"].map(
          each => fetch(`/api/v1/pages/${page}/${each}`, {method: "POST"})
        ))).map(each => each.status)""",
        page_id,
    )
    assert refusals == [403, 403, 403]
