"""Drawings that were uploaded and read, for the tests of their view."""

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from takeoff.sample import SampleTruth, write_sample
from tests.services.web.site import Site

WAIT_MS: Final = 60_000
"""For what waits until a drawing has been worked on."""


def started(page: Page, kind: str, button: str) -> Locator:
    """The task that a button of the opened page starts, once it has succeeded."""
    before = page.locator(f"[data-type={kind}]").evaluate_all(
        "all => all.map(each => each.dataset.task)"
    )
    page.get_by_role("button", name=button, exact=True).click()
    known = "".join(f":not([data-task='{task}'])" for task in before)
    task = page.locator(f"[data-type={kind}]{known}").first
    expect(task).to_have_attribute("data-status", "SUCCESS", timeout=WAIT_MS)
    return task


def at_rest(page: Page) -> None:
    """Wait until the page of the drawing stays where it is."""
    page.wait_for_function(
        """async () => {
          const place = () => JSON.stringify(
            document.querySelector("[data-paper]")?.getBoundingClientRect() ?? null);
          const before = place();
          for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
          return before !== "null" && place() === before;
        }"""
    )


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleTruth]:
    """A drawing set of two sheets, A-101 and S-101, and what is on it."""
    path = tmp_path_factory.mktemp("sample") / "sample.pdf"
    return path, write_sample(path)


@pytest.fixture(scope="package")
def pages(site: Site, sample: tuple[Path, SampleTruth]) -> list[dict[str, Any]]:
    """The sample's pages, uploaded, split and read."""
    return site.system.processed(sample[0])


@pytest.fixture(scope="package")
def measured(site: Site, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pages; the second one, S-101, has a scale and a class and is measured."""
    path = f"/pages/{pages[1]['id']}"
    site.system.api.put(f"/api/v1{path}/scale", json={"scale_value": 37.5})
    asked = [
        site.system.ask(f"{path}/{task}")
        for task in ("detect-scale", "classify", "autonomous-takeoff")
    ]
    for task_id in asked:
        site.system.succeeded(task_id)
    return pages
