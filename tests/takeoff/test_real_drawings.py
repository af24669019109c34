"""Real drawings are accepted and rendered, quickly and in little memory.

They are not part of the project: TASK_LEDGER_SAMPLES names the folder that holds them.
"""

from __future__ import annotations

import time

import pytest

from takeoff import intake
from takeoff.limits import IntakeLimits, RenderLimits
from takeoff.render import render_pages
from tests.takeoff.samples import FOLDER, needs_drawings

# Address space of the child, the interpreter and its libraries included.
_MEMORY = 256 * 1024 * 1024

# Name, width and height in inches of every page.
_DRAWINGS = {
    "facilities-QTO-walls.pdf": [(34, 22)],
    "kegonsa-A-101.pdf": [(17, 11)],
    "kegonsa-S-101.pdf": [(17, 11)],
    "kegonsa-foundation-20141118.pdf": [(42, 30)],
    "opentakeoff-scanned-plan.pdf": [(17, 11)],
    "va-finish-plan.pdf": [(42, 30), (42, 30)],
}

pytestmark = needs_drawings


@pytest.mark.parametrize("name", list(_DRAWINGS))
def test_a_real_drawing_is_accepted_and_rendered(name: str) -> None:
    path, sizes = FOLDER / name, _DRAWINGS[name]
    started = time.monotonic()

    assert intake.inspect(path, IntakeLimits(memory_bytes=_MEMORY)).page_count == len(sizes)
    pages = render_pages(path, 150, RenderLimits(memory_bytes=_MEMORY))
    for page, (width, height) in zip(pages, sizes, strict=True):
        assert (page.width_in, page.height_in) == (width, height)
        assert (page.width_px, page.height_px) == (width * 150, height * 150)
        assert not page.clamped

    # Under a second on an idle machine; the bound leaves room for a busy one.
    assert time.monotonic() - started < 30
