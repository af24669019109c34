"""A real scan gets its text from its image."""

from __future__ import annotations

import pytest

from takeoff.ocr import OcrImage, OcrMode, TextSource, needs_image, read_page_text
from takeoff.render import rendered_page
from takeoff.scale.detection import detect_scale
from takeoff.text_layer import read_text_layer
from takeoff.title_block import read_title_block
from tests.takeoff.samples import FOLDER, needs_drawings

_SIZE = (2550, 1650)


@needs_drawings
@pytest.mark.parametrize("mode", list(OcrMode))
def test_the_scanned_plan_gets_its_text_by_ocr(mode: OcrMode) -> None:
    path = FOLDER / "opentakeoff-scanned-plan.pdf"
    layer = read_text_layer(path, 1, *_SIZE)
    assert needs_image(layer, mode)
    with rendered_page(path, 1, 200) as image:
        read = read_page_text(layer, OcrImage(image.path, image.dpi), _SIZE, mode)

    assert {each.source for each in read.seen} <= {TextSource.RAPIDOCR, TextSource.TESSERACT}
    assert {"BREAK", "103", "CORRIDOR", "104", "OFFICE", "101", "102"} <= set(read.text.split())
    number = read_title_block(read.words, *_SIZE).sheet_number
    assert number is not None
    assert number.text == "A-101"
    verdict = detect_scale(read.words, *_SIZE, 150)
    assert verdict.pixels_per_foot == pytest.approx(37.5)
    assert not verdict.calibrated
