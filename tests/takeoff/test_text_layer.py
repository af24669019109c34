"""Words of a PDF are found where they are seen on the page image."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from takeoff.limits import RenderLimits
from takeoff.render import render_pages
from takeoff.sample import write_sample
from takeoff.text_layer import TextLayer, TextLayerUnreadable, Word, read_text_layer
from tests.takeoff.files import edited, pdf_bytes, written


def _words_pdf() -> bytes:
    """Two words beside each other, and one that reads upwards; nothing else is drawn."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(720, 432), invariant=1)
    canvas.setFont("Helvetica-Bold", 24)
    canvas.drawString(150, 300, "HELLO THERE")
    canvas.translate(500, 150)
    canvas.rotate(90)
    canvas.drawString(0, 0, "UPWARDS")
    canvas.save()
    return buffer.getvalue()


def _read(path: Path, dpi: float = 100) -> tuple[TextLayer, Image.Image]:
    for page in render_pages(path, dpi):
        with Image.open(page.path) as image:
            image.load()
        return read_text_layer(path, 1, page.width_px, page.height_px), image
    raise AssertionError("no page was rendered")


def _ink(image: Image.Image, word: Word) -> tuple[float, float, float, float]:
    """The box of what is dark around a word, in pixels of the image."""
    around = (int(word.left) - 8, int(word.top) - 8, int(word.right) + 8, int(word.bottom) + 8)
    box = image.crop(around).point([255] * 128 + [0] * 128).getbbox()
    assert box is not None
    return box[0] + around[0], box[1] + around[1], box[2] + around[0], box[3] + around[1]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_lie_on_their_ink_however_the_page_is_turned(tmp_path: Path, turn: int) -> None:
    def rotate(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].rotate(turn, relative=False)

    layer, image = _read(written(tmp_path, edited(_words_pdf(), rotate)))

    assert [word.text for word in layer.words] == ["HELLO", "THERE", "UPWARDS"]
    assert [word.turn for word in layer.words] == [-turn % 360, -turn % 360, (90 - turn) % 360]
    for word in layer.words:
        box = (word.left, word.top, word.right, word.bottom)
        assert box == pytest.approx(_ink(image, word), abs=2)
        assert word.size_px == pytest.approx(24 * 100 / 72)


def test_letters_that_are_placed_one_by_one_along_a_turned_line_are_words(tmp_path: Path) -> None:
    # As programs write a turned sheet: its text reads upright once the page is turned, and what is
    # turned then is turned by a computed angle, with a step from letter to letter.
    canvas = Canvas(str(tmp_path / "letters.pdf"), pagesize=(432, 432), invariant=1)
    canvas.setFont("Helvetica", 8)
    canvas.saveState()
    canvas.rotate(90)
    canvas.drawString(30, -30, "FOUNDATION PLAN NOTES")
    canvas.restoreState()
    for text, y in (("STONE LEDGE", 400), ('10"', 420)):
        canvas.addLiteral(f"BT /F1 9 Tf -0.999999 0.0017 -0.0017 -0.999999 330 {y} Tm")
        for letter in text:
            step = canvas.stringWidth(letter, "Helvetica", 9)
            canvas.addLiteral(f"({letter}) Tj {step:.4f} {0.0017 * step:.6f} Td")
        canvas.addLiteral("ET")
    canvas.save()
    with pikepdf.open(tmp_path / "letters.pdf") as pdf:
        pdf.pages[0].rotate(90, relative=False)
        pdf.save(tmp_path / "turned.pdf")

    layer, _ = _read(tmp_path / "turned.pdf")

    turned = [word for word in layer.words if round(word.turn) == 90]
    assert [word.text for word in turned] == ["STONE", "LEDGE", '10"']
    assert len(layer.words) == 3 + 3


def test_words_lie_on_their_ink_on_a_cropped_page_in_its_own_units(tmp_path: Path) -> None:
    def crop(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].cropbox = pikepdf.Array([100, 50, 640, 400])
        pdf.pages[0].obj["/UserUnit"] = 2

    layer, image = _read(written(tmp_path, edited(_words_pdf(), crop)))

    for word in layer.words:
        box = (word.left, word.top, word.right, word.bottom)
        assert box == pytest.approx(_ink(image, word), abs=2)
        assert word.size_px == pytest.approx(2 * 24 * 100 / 72, rel=1e-3)


def test_the_texts_of_all_dimensions_are_beside_their_lines(tmp_path: Path) -> None:
    (sheet, _) = write_sample(tmp_path / "sample.pdf").sheets
    layer = read_text_layer(tmp_path / "sample.pdf", 1, 5400, 3600)

    for dimension in sheet.dimensions:
        ends = [sheet.pixels_at(point, 150) for point in (dimension.start, dimension.end)]
        middle = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        near = [
            word
            for word in layer.words
            if abs((word.left + word.right) / 2 - middle[0]) < 25
            and abs((word.top + word.bottom) / 2 - middle[1]) < 25
        ]
        assert dimension.text in {word.text for word in near}


def test_the_largest_word_of_a_sheet_is_its_number(tmp_path: Path) -> None:
    truth = write_sample(tmp_path / "sample.pdf")
    for sheet in truth.sheets:
        layer = read_text_layer(tmp_path / "sample.pdf", sheet.page_number, 5400, 3600)
        assert max(layer.words, key=lambda word: word.size_px).text == sheet.sheet_number


def test_a_page_without_text_has_no_words(tmp_path: Path) -> None:
    def erase(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"0 0 m 100 100 l S")

    layer, _ = _read(written(tmp_path, edited(_words_pdf(), erase)))

    assert layer == TextLayer(())
    assert layer.characters == 0


def test_characters_are_counted_without_spaces(tmp_path: Path) -> None:
    layer, _ = _read(written(tmp_path, _words_pdf()))

    assert layer.characters == len("HELLOTHEREUPWARDS")


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there_is_an_error(tmp_path: Path, number: int) -> None:
    with pytest.raises(TextLayerUnreadable):
        read_text_layer(written(tmp_path, pdf_bytes()), number, 100, 100)


def test_reading_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TextLayerUnreadable):
        read_text_layer(
            written(tmp_path, pdf_bytes()), 1, 100, 100, RenderLimits(page_timeout_seconds=0.001)
        )
