"""What tasks find of a page."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from services.workers.pages import text_layer_if_readable, text_layer_of
from takeoff.models import Document, Page
from takeoff.terms import ContentType
from takeoff.text_layer import TextLayerUnreadable
from tests.takeoff.files import pdf_bytes, written


def test_a_text_layer_that_cannot_be_read_leaves_the_image(tmp_path: Path) -> None:
    source = written(tmp_path, pdf_bytes(pages=1), "sheet.pdf")
    document = Document(id=uuid4(), content_type=ContentType.PDF)
    page = Page(id=uuid4(), number=2, width_px=1800, height_px=1200)

    with pytest.raises(TextLayerUnreadable):
        text_layer_of(page, document, source)
    assert text_layer_if_readable(page, document, source) is None
