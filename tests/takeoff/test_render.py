"""A page image is what a reader shows, in exactly the pixels that its size and dpi ask for."""

from __future__ import annotations

import struct
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from takeoff.limits import RenderLimits
from takeoff.render import RenderedPage, RenderFailed, render_pages
from tests.takeoff.files import (
    edited,
    grey_image,
    image_bytes,
    inflating_to,
    pdf_bytes,
    with_content,
    written,
)


def _one(folder: Path, content: bytes, dpi: float = 50) -> tuple[RenderedPage, Image.Image]:
    for page in render_pages(written(folder, content), dpi):
        with Image.open(page.path) as image:
            image.load()
        return page, image
    raise AssertionError("no page was rendered")


def _dark_corner(image: Image.Image) -> str:
    """Which corner of the image is black."""
    right, bottom = image.width - 5, image.height - 5
    corners = {
        "top left": (4, 4),
        "top right": (right, 4),
        "bottom right": (right, bottom),
        "bottom left": (4, bottom),
    }
    dark = [name for name, place in corners.items() if image.convert("L").getpixel(place) == 0]
    assert len(dark) == 1
    return dark[0]


def test_pages_come_in_order_with_their_size_in_pixels_and_inches(tmp_path: Path) -> None:
    pages = list(render_pages(written(tmp_path, pdf_bytes(pages=3)), dpi=150))

    assert [page.number for page in pages] == [1, 2, 3]
    first = pages[0]
    assert (first.page_count, first.width_px, first.height_px) == (3, 2700, 1800)
    assert (first.dpi, first.width_in, first.height_in, first.clamped) == (150, 18, 12, False)


def test_a_page_is_a_greyscale_png_that_knows_its_resolution(tmp_path: Path) -> None:
    page, image = _one(tmp_path, pdf_bytes(), dpi=150)

    assert (image.format, image.mode, image.size) == ("PNG", "L", (page.width_px, page.height_px))
    assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_a_side_of_whole_pixels_is_not_stretched_by_one(tmp_path: Path) -> None:
    page, _ = _one(tmp_path, pdf_bytes(size=(2448.0, 1584.0)), dpi=150)

    assert (page.width_px, page.height_px) == (5100, 3300)


def test_only_one_page_image_is_on_the_disk_at_a_time(tmp_path: Path) -> None:
    seen: list[Path] = []
    for page in render_pages(written(tmp_path, pdf_bytes(pages=3)), dpi=20):
        assert list(page.path.parent.iterdir()) == [page.path]
        seen.append(page.path.parent)

    assert not seen[-1].exists()


def test_rendering_the_same_page_again_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, pdf_bytes())
    first, second = ([page.path.read_bytes() for page in render_pages(path)] for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("turn", "corner"),
    [(0, "top left"), (90, "top right"), (180, "bottom right"), (270, "bottom left")],
)
def test_a_turned_page_is_shown_turned(tmp_path: Path, turn: int, corner: str) -> None:
    def rotate(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].rotate(turn, relative=False)

    page, image = _one(tmp_path, edited(pdf_bytes(), rotate))

    assert _dark_corner(image) == corner
    width, height = (18, 12) if turn in {0, 180} else (12, 18)
    assert (page.width_in, page.height_in) == (width, height)
    assert image.size == (width * 50, height * 50)


def test_a_user_unit_makes_the_sheet_larger(tmp_path: Path) -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/UserUnit"] = 2.5

    page, image = _one(tmp_path, edited(pdf_bytes(), enlarge))

    assert (page.width_in, page.height_in, page.dpi) == (45, 30, 50)
    assert image.size == (2250, 1500)
    assert _dark_corner(image) == "top left"


def test_a_cropped_page_is_what_a_reader_shows_of_it(tmp_path: Path) -> None:
    def crop(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].cropbox = pikepdf.Array([0, 144, 720, 864])

    page, image = _one(tmp_path, edited(pdf_bytes(), crop))

    assert (page.width_in, page.height_in) == (10, 10)
    assert _dark_corner(image) == "top left"


def test_a_giant_page_is_rendered_at_less_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, pdf_bytes(size=(200 * 72.0, 100 * 72.0)))

    (page,) = render_pages(path, 150, RenderLimits(max_pixels=2_000_000))

    assert page.clamped
    assert page.dpi == pytest.approx(10)
    assert (page.width_px, page.height_px) == (2000, 1000)
    assert (page.width_in, page.height_in) == (200, 100)


def test_form_fields_and_annotations_are_on_the_image(tmp_path: Path) -> None:
    def add_square(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"0 0 72 72 re f", Type=pikepdf.Name.XObject)
        look.Subtype, look.BBox = pikepdf.Name.Form, pikepdf.Array([0, 0, 72, 72])
        annotations: list[pikepdf.Object] = []
        for name, left in (("/Square", 720), ("/Widget", 1080)):
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name(name),
                Rect=[left, 720, left + 72, 792],
                AP=pikepdf.Dictionary(N=look),
                F=4,
            )
            if name == "/Widget":
                note.FT, note.T = pikepdf.Name.Tx, pikepdf.String("stamp")
            annotations.append(pdf.make_indirect(note))
        pdf.pages[0].obj["/Annots"] = pikepdf.Array(annotations)
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=annotations[1:])

    _, plain = _one(tmp_path, pdf_bytes())
    _, image = _one(tmp_path, edited(pdf_bytes(), add_square))

    for place in ((525, 75), (775, 75)):
        assert plain.getpixel(place) == 255
        assert image.getpixel(place) == 0


def test_a_page_that_needs_too_much_memory_fails_with_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, with_content(inflating_to(400 * 1024 * 1024), "/FlateDecode"))

    with pytest.raises(RenderFailed, match="Page 1"):
        list(render_pages(path, 50, RenderLimits(memory_bytes=300 * 1024 * 1024)))


def test_a_page_that_takes_too_long_fails_with_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, with_content(inflating_to(60 * 1024 * 1024), "/FlateDecode"))

    with pytest.raises(RenderFailed, match="too long"):
        list(render_pages(path, 50, RenderLimits(page_timeout_seconds=0.05)))


def test_a_file_that_is_no_drawing_fails_with_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed):
        list(render_pages(written(tmp_path, b"%PDF-1.7 and nothing else")))


def test_an_image_keeps_its_pixels_and_its_resolution(tmp_path: Path) -> None:
    content = image_bytes(grey_image((3000, 2000)), "TIFF", dpi=(200, 200))

    page, image = _one(tmp_path, content, dpi=150)

    assert image.size == (3000, 2000)
    assert (page.dpi, page.width_in, page.height_in, page.clamped) == (200, 15, 10, False)


@pytest.mark.parametrize("dpi", [None, (72, 72), (96, 96), (1, 1), (90_000, 90_000)])
def test_an_image_that_does_not_say_its_size_has_none(
    tmp_path: Path, dpi: tuple[int, int] | None
) -> None:
    options = {} if dpi is None else {"dpi": dpi}

    page, image = _one(tmp_path, image_bytes(grey_image(), "PNG", **options))

    assert (page.dpi, page.width_in, page.height_in) == (None, None, None)
    assert image.size == (800, 600)
    assert "dpi" not in image.info


def test_the_frames_of_a_tiff_are_pages(tmp_path: Path) -> None:
    frames = [grey_image((400, 300)), grey_image((200, 500))]
    content = image_bytes(frames[0], "TIFF", save_all=True, append_images=frames[1:])

    pages = list(render_pages(written(tmp_path, content)))

    assert [(page.width_px, page.height_px) for page in pages] == [(400, 300), (200, 500)]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
def test_a_photograph_is_turned_upright(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = {"tiffinfo": {0x0112: 6}} if kind == "TIFF" else {"exif": exif}
    content = image_bytes(grey_image((800, 400)), kind, dpi=(200, 200), **turned)

    page, image = _one(tmp_path, content)

    assert image.size == (400, 800)
    assert _dark_corner(image) == "top right"
    assert (page.width_in, page.height_in) == pytest.approx((2, 4), rel=1e-5)


def test_a_fax_with_unequal_resolutions_gets_square_pixels(tmp_path: Path) -> None:
    page, image = _one(tmp_path, image_bytes(grey_image((1700, 1100)), "TIFF", dpi=(200, 100)))

    assert image.size == (1700, 2200)
    assert (page.dpi, page.width_in, page.height_in) == (200, 8.5, 11)


def test_a_turned_fax_has_its_resolutions_turned_too(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = image_bytes(grey_image((1700, 1100)), "JPEG", dpi=(200, 100), exif=exif)

    page, image = _one(tmp_path, content)

    assert image.size == (2200, 1700)
    assert (page.dpi, page.width_in, page.height_in) == (200, 11, 8.5)


def test_a_giant_image_is_made_smaller_and_says_so(tmp_path: Path) -> None:
    content = image_bytes(grey_image((2000, 1000)), "PNG", dpi=(400, 400))

    (page,) = render_pages(written(tmp_path, content), 150, RenderLimits(max_pixels=500_000))

    assert page.clamped
    assert (page.width_px, page.height_px) == (1000, 500)
    assert page.dpi == pytest.approx(200, rel=1e-3)
    assert page.width_in == pytest.approx(5, rel=1e-3)


def test_a_colour_photograph_becomes_grey(tmp_path: Path) -> None:
    photograph = Image.new("RGB", (300, 200), (255, 0, 0))

    _, image = _one(tmp_path, image_bytes(photograph, "JPEG"))

    assert image.mode == "L"
    assert image.getpixel((100, 100)) == pytest.approx(76, abs=2)


def test_what_is_transparent_is_white_paper(tmp_path: Path) -> None:
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 50, 50))

    _, rendered = _one(tmp_path, image_bytes(image, "PNG"))

    assert rendered.getpixel((10, 10)) == 0
    assert rendered.getpixel((200, 100)) == 255


def test_samples_of_sixteen_bits_keep_their_lightness(tmp_path: Path) -> None:
    row = struct.pack("<300H", *[20_000] * 50, *[60_000] * 250)
    image = Image.frombytes("I;16", (300, 200), row * 200)

    _, rendered = _one(tmp_path, image_bytes(image, "PNG"))

    assert rendered.getpixel((10, 10)) == pytest.approx(78, abs=1)
    assert rendered.getpixel((200, 100)) == pytest.approx(233, abs=1)
