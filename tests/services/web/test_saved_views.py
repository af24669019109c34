"""Views of a project's tasks, saved by one and opened by all."""

from playwright.sync_api import Page, expect

from tests.services.web.looks import WIDER, look
from tests.services.web.site import Site


def test_a_view_is_saved_with_filters_and_order_and_opened_by_another(
    site: Site, page: Page, viewer: Page, project: str
) -> None:
    site.ledger.finished(project=project, name="Process A-101.pdf")
    task = site.ledger.register(project=project, name="Read S-101", task_type="ocr_processing")
    site.ledger.start(task)
    site.ledger.fail(task, "Sheet S-101 is not calibrated")
    site.caught_up()
    address = f"{site.url}/projects/{project}"
    page.goto(f"{address}?status=FAILURE&query=calibrated&order=last_ended&columns=ended")
    expect(page.locator("[data-task]")).to_have_count(1)
    page.locator("summary", has_text="Views").click()
    expect(page.get_by_text("No saved views in this project.")).to_be_visible()
    page.get_by_label("Name of the view").fill("Not calibrated")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("list", name="Saved views")).to_contain_text("Not calibrated")
    look(page, "views", WIDER)

    viewer.goto(address)
    expect(viewer.locator("[data-task]")).to_have_count(2)
    viewer.locator("summary", has_text="Views").click()
    expect(viewer.get_by_role("button", name="Save view")).to_have_count(0)
    viewer.get_by_role("link", name="Not calibrated").click()
    expect(viewer.locator("[data-task]")).to_have_count(1)
    expect(viewer.locator("[data-search]")).to_have_value("calibrated status:FAILURE")
    expect(viewer.get_by_label("Order")).to_have_value("last_ended")
    expect(viewer.locator("[data-column]")).to_have_count(1)

    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Delete view Not calibrated").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete view").click()
    expect(page.get_by_text("No saved views in this project.")).to_be_visible()
