"""Drawings are uploaded in the browser, and what becomes of them is seen there."""

import io
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from takeoff.sample import SampleTruth
from tests.services.web.drawings.conftest import WAIT_MS
from tests.services.web.looks import look
from tests.services.web.site import Site

_RECORD = """
() => {
  window.told = [];
  new MutationObserver(() => {
    const row = document.querySelector('[data-upload]');
    const step = row?.querySelector('[data-step]')?.dataset.step ?? '';
    const now = row && `${row.dataset.status} ${step}`;
    if (now && window.told.at(-1) !== now) window.told.push(now);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}
"""


def test_an_upload_is_seen_from_pending_through_its_steps_to_success_without_reloading(
    site: Site, page: Page, sample: tuple[Path, SampleTruth]
) -> None:
    new = {"name": "Tower B", "id": "tower-b"}
    assert site.system.api.post("/api/v1/projects", json=new).is_success
    page.goto(site.drawings("tower-b"))
    expect(page.get_by_text("No drawings yet")).to_be_visible(timeout=WAIT_MS)
    page.evaluate(_RECORD)
    row = page.locator("[data-upload]")
    document = page.locator("[data-document]")
    with ExitStack() as holding:
        with site.resting():
            page.get_by_label("Upload drawings").set_input_files(sample[0])
            expect(row).to_have_attribute("data-status", "PENDING", timeout=WAIT_MS)
            expect(document).to_contain_text("not yet split into pages")
            document_id = document.get_attribute("data-document")
            holding.enter_context(site.system.holding("document", str(document_id)))
        expect(row).to_have_attribute("data-status", "PROGRESS", timeout=WAIT_MS)
        expect(row.get_by_role("progressbar")).to_be_visible()
        expect(document.locator("[data-status=PROGRESS]")).to_be_visible(timeout=WAIT_MS)
    expect(row).to_have_attribute("data-status", "SUCCESS", timeout=WAIT_MS)
    expect(document.locator("[data-page]")).to_have_count(2, timeout=WAIT_MS)
    told: list[str] = page.evaluate("window.told")
    statuses = list(dict.fromkeys(each.split(" ")[0] for each in told if each[0].isupper()))
    assert [each for each in statuses if each != "STARTED"] == ["PENDING", "PROGRESS", "SUCCESS"]
    assert any(each.startswith("PROGRESS ") and len(each) > 10 for each in told), told
    # What is read without a task of its own arrives as well, with a picture of each page.
    expect(document.get_by_text("A-101")).to_be_visible(timeout=WAIT_MS)
    image = document.locator("[data-page] img").first
    image.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=image.element_handle())


def test_a_file_that_is_refused_says_why_and_keeps_none_from_its_way(
    site: Site, page: Page, sample: tuple[Path, SampleTruth], tmp_path: Path
) -> None:
    bad = tmp_path / "torn.pdf"
    bad.write_bytes(sample[0].read_bytes()[:2000])
    refusal = site.system.api.post(
        "/api/v1/projects/tower-a/documents", files={"file": (bad.name, bad.read_bytes())}
    )
    assert refusal.status_code == 422
    page.goto(site.drawings())
    good = tmp_path / f"{'a-drawing-set-whose-name-no-phone-has-room-for-' * 2}.pdf"
    good.write_bytes(sample[0].read_bytes())
    page.get_by_label("Upload drawings").set_input_files([bad, good])
    uploads = page.get_by_role("list", name="Uploads")
    expect(uploads.get_by_role("alert")).to_have_text(
        f"Not uploaded: {refusal.json()['detail']}", timeout=WAIT_MS
    )
    expect(uploads.locator("[data-upload]")).to_have_attribute(
        "data-status", "SUCCESS", timeout=WAIT_MS
    )
    look(page, "uploads")
    page.get_by_role("button", name="Dismiss torn.pdf").click()
    expect(uploads.get_by_role("alert")).to_have_count(0)


_DROP = """
([element, bytes, name]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(type, { dataTransfer: dropped, bubbles: true, cancelable: true });
    element.dispatchEvent(event);
    if (type === "dragover") window.taken = event.defaultPrevented;
  }
}
"""


def test_a_file_that_is_dropped_anywhere_on_the_view_is_uploaded(
    site: Site, page: Page, project: str
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(drawn, "PNG")
    page.goto(site.drawings(project))
    expect(page.get_by_text("No drawings yet")).to_be_visible()
    body = page.get_by_text("No drawings yet").element_handle()
    page.evaluate(_DROP, [body, list(drawn.getvalue()), "dropped.png"])
    row = page.locator("[data-upload]")
    expect(row).to_have_attribute("data-status", "SUCCESS", timeout=WAIT_MS)
    assert page.evaluate("window.taken"), "the browser would have opened the file"
    expect(page.get_by_text("Drop to upload")).to_have_count(0)
    found = site.client.get(f"/api/v1/projects/{project}/documents").json()["documents"]
    assert [each["file_name"] for each in found] == ["dropped.png"]
