"""A newer revision of a sheet is said on the page, with what it changes, and taken back there."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from services.settings import TakeoffSettings
from takeoff.storage import open_storage
from tests.services.api.drawn import draw_page
from tests.services.web.looks import look
from tests.services.web.site import Site


@pytest.fixture
def sheets(site: Site, project: str) -> list[UUID]:
    """A-101 in two documents, with 100 SF of a slab on the older one and 144 on the newer one."""
    storage = open_storage(TakeoffSettings().storage(site.system.var_dir))
    pages = [draw_page(site.owner, storage, project, 1200, 800) for _ in range(2)]
    body = {"name": "Slab", "measurement_type": "area"}
    made: dict[str, Any] = site.client.post(
        f"/api/v1/projects/{project}/conditions", json=body
    ).json()
    for each, feet in zip(pages, (10, 12), strict=True):
        side = feet * 18.75
        corners = [[50, 50], [50 + side, 50], [50 + side, 50 + side], [50, 50 + side]]
        measured = site.client.post(
            f"/api/v1/pages/{each}/measurements",
            json={
                "condition_id": made["id"],
                "geometry_type": "polygon",
                "geometry": {"points": corners},
            },
        )
        assert measured.status_code == 201, measured.text
    return pages


def test_a_sheet_is_said_to_be_a_revision_and_shows_the_difference(
    site: Site, page: Page, project: str, sheets: list[UUID]
) -> None:
    older, newer = sheets
    total = page.locator("[data-condition]").first
    page.goto(f"{site.url}/projects/{project}/drawings")
    expect(total).to_contain_text("244 SF")
    page.goto(f"{site.url}/projects/{project}/drawings?page={newer}")
    panel = page.locator("[data-revision]")
    panel.get_by_role("button", name="This is a newer revision of").click()
    expect(panel.get_by_label("Sheet that this page supersedes")).to_have_value(str(older))
    panel.get_by_role("button", name="Supersede that sheet").click()
    compared = panel.locator("[data-compared] tbody tr")
    expect(compared).to_have_text("Slab100 SF144 SF+44 SF")
    look(page, "revision")

    panel.get_by_role("link", name="A-101 of A.pdf").click()
    expect(panel.get_by_text("Superseded by")).to_be_visible()
    look(page, "superseded")
    page.goto(f"{site.url}/projects/{project}/drawings")
    expect(total).to_contain_text("144 SF")
    expect(page.locator(f"[data-page='{older}']")).to_contain_text("superseded")


def test_a_revision_is_undone_like_any_other_change(
    site: Site, page: Page, project: str, sheets: list[UUID]
) -> None:
    page.goto(f"{site.url}/projects/{project}/drawings?page={sheets[1]}")
    panel = page.locator("[data-revision]")
    panel.get_by_role("button", name="This is a newer revision of").click()
    panel.get_by_role("button", name="Supersede that sheet").click()
    expect(panel.locator("[data-compared]")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(panel.locator("[data-compared]")).to_have_count(0)
    page.get_by_role("button", name="Redo", exact=True).click()
    expect(panel.locator("[data-compared]")).to_be_visible()
    panel.get_by_role("button", name="Undo revision").click()
    expect(panel.locator("[data-compared]")).to_have_count(0)
