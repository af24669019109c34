"""Drawings that were uploaded and read, for the tests of their view."""

from pathlib import Path
from typing import Any, Final

import pytest

from takeoff.sample import SampleTruth, write_sample
from tests.services.web.site import Site

WAIT_MS: Final = 60_000
"""For what waits until a drawing has been worked on."""


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
