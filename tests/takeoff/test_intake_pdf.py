"""A PDF is accepted or refused by what is in it, and a refusal says why."""

from __future__ import annotations

import dataclasses
import io
import zlib
from pathlib import Path

import pikepdf
import pytest

from takeoff import intake, refusals
from takeoff.limits import IntakeLimits
from takeoff.terms import ContentType
from tests.takeoff.files import edited, inflating_to, pdf_bytes, unchanged, with_content, written


def _inspect(folder: Path, content: bytes, **limits: float) -> intake.Inspected:
    return intake.inspect(written(folder, content), dataclasses.replace(IntakeLimits(), **limits))


def _refusal(folder: Path, content: bytes, **limits: float) -> refusals.FileRefused:
    with pytest.raises(refusals.FileRefused) as caught:
        _inspect(folder, content, **limits)
    assert "." in caught.value.message
    return caught.value


def test_a_sound_pdf_is_accepted_with_its_page_count(tmp_path: Path) -> None:
    accepted = _inspect(tmp_path, pdf_bytes(pages=3))

    assert accepted == intake.Inspected(ContentType.PDF, 3, repaired=False)


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path, pdf_bytes(), "photo.jpg")

    assert intake.inspect(path).content_type is ContentType.PDF


def test_a_header_after_other_bytes_is_found_within_the_first_1024(tmp_path: Path) -> None:
    assert _inspect(tmp_path, b"\n" * 1000 + pdf_bytes()).page_count == 1
    assert _refusal(tmp_path, b"\n" * 1024 + pdf_bytes()).code == "not_supported_type"


def test_a_file_without_bytes_is_empty(tmp_path: Path) -> None:
    assert _refusal(tmp_path, b"").code == "empty_file"


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, pdf_bytes(), max_bytes=1000).code == "file_too_large"


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip", b"AutoCAD AC1032", b"{}", b"\x00" * 4000])
def test_other_kinds_of_files_are_not_supported(tmp_path: Path, content: bytes) -> None:
    assert _refusal(tmp_path, content).code == "not_supported_type"


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_pdf_without_its_end_is_truncated(tmp_path: Path, part: float) -> None:
    whole = pdf_bytes(pages=3)

    assert _refusal(tmp_path, whole[: int(len(whole) * part)]).code == "truncated"


def test_a_pdf_that_lacks_only_its_end_marker_lacks_nothing(tmp_path: Path) -> None:
    whole = pdf_bytes(pages=3)

    assert _inspect(tmp_path, whole[: whole.rindex(b"%%EOF")]).page_count == 3


@pytest.mark.parametrize("part", [0.6, 0.9, 0.99])
def test_a_linearized_pdf_without_its_end_is_truncated(tmp_path: Path, part: float) -> None:
    whole = edited(pdf_bytes(pages=3), unchanged, linearize=True)
    assert _inspect(tmp_path, whole).page_count == 3

    assert _refusal(tmp_path, whole[: int(len(whole) * part)]).code == "truncated"


def test_a_short_linearized_pdf_is_truncated_though_its_first_end_marker_is_near(
    tmp_path: Path,
) -> None:
    whole = edited(pdf_bytes(pages=1), unchanged, linearize=True)
    first_end = whole.index(b"%%EOF") + 5

    assert _refusal(tmp_path, whole[: first_end + 400]).code == "truncated"


def test_a_pdf_that_needs_a_password_is_encrypted(tmp_path: Path) -> None:
    locked = edited(
        pdf_bytes(), unchanged, encryption=pikepdf.Encryption(user="open", owner="change")
    )

    assert _refusal(tmp_path, locked).code == "encrypted"


def test_a_pdf_that_opens_without_its_owners_password_is_accepted(tmp_path: Path) -> None:
    restricted = edited(
        pdf_bytes(2), unchanged, encryption=pikepdf.Encryption(user="", owner="change")
    )

    assert _inspect(tmp_path, restricted).page_count == 2


def test_a_pdf_with_a_wrong_index_and_whole_content_is_repaired(tmp_path: Path) -> None:
    source = pdf_bytes(pages=2)
    start = source.rindex(b"startxref\n") + len(b"startxref\n")
    moved = source[:start] + b"7\n%%EOF\n"

    assert _inspect(tmp_path, moved) == intake.Inspected(ContentType.PDF, 2, repaired=True)


def test_a_pdf_with_a_wrong_index_and_incomplete_content_is_damaged(tmp_path: Path) -> None:
    packed = zlib.compress(b"0 0 m 100 100 l S\n" * 2000)
    source = with_content(packed[:-40], "/FlateDecode")
    start = source.rindex(b"startxref\n") + len(b"startxref\n")

    assert _refusal(tmp_path, source[:start] + b"7\n%%EOF\n").code == "damaged"


def test_a_page_whose_content_cannot_be_decompressed_is_damaged(tmp_path: Path) -> None:
    packed = bytearray(zlib.compress(b"0 0 m 100 100 l S\n" * 2000))
    packed[20] ^= 0xFF

    assert _refusal(tmp_path, with_content(bytes(packed), "/FlateDecode")).code == "damaged"


def test_only_a_header_is_truncated(tmp_path: Path) -> None:
    assert _refusal(tmp_path, b"%PDF-1.7\n").code == "truncated"


def test_rubbish_between_a_header_and_an_end_is_damaged(tmp_path: Path) -> None:
    assert _refusal(tmp_path, b"%PDF-1.7\n" + b"rubbish " * 500 + b"%%EOF\n").code == "damaged"


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(buffer)

    assert _refusal(tmp_path, buffer.getvalue()).code == "no_pages"


def test_a_pdf_with_too_many_pages_is_refused(tmp_path: Path) -> None:
    assert _inspect(tmp_path, pdf_bytes(pages=5), max_pages=5).page_count == 5
    assert _refusal(tmp_path, pdf_bytes(pages=6), max_pages=5).code == "too_many_pages"


def test_a_page_that_does_not_say_its_size_is_damaged(tmp_path: Path) -> None:
    def drop_size(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0].obj["/MediaBox"]

    assert _refusal(tmp_path, edited(pdf_bytes(), drop_size)).code == "damaged"


@pytest.mark.parametrize("box", [[0, 0, 0, 0], [0, 0, 700, 0], [0, 0, 20, 700]])
def test_a_page_without_area_or_with_hardly_any_is_refused(tmp_path: Path, box: list[int]) -> None:
    def shrink(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].mediabox = pikepdf.Array(box)

    assert _refusal(tmp_path, edited(pdf_bytes(), shrink)).code == "page_size"


def test_a_page_is_measured_in_its_own_units(tmp_path: Path) -> None:
    def enlarge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/UserUnit"] = 10

    content = edited(pdf_bytes(), enlarge)

    assert _inspect(tmp_path, content, max_side_in=181).page_count == 1
    assert _refusal(tmp_path, content, max_side_in=179).code == "page_size"


def test_a_stream_that_inflates_hugely_is_a_bomb(tmp_path: Path) -> None:
    content = with_content(inflating_to(300 * 1024 * 1024), "/FlateDecode")
    assert len(content) < 2 * 1024 * 1024

    assert _refusal(tmp_path, content).code == "decompression_bomb"


def test_a_bomb_inside_a_bomb_is_a_bomb(tmp_path: Path) -> None:
    nested = zlib.compress(inflating_to(300 * 1024 * 1024), 9)

    refusal = _refusal(tmp_path, with_content(nested, ["/FlateDecode", "/FlateDecode"]))

    assert refusal.code == "decompression_bomb"


def test_many_streams_that_inflate_a_lot_together_are_a_bomb(tmp_path: Path) -> None:
    def repeat(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pikepdf.Array(
            [pdf.make_stream(b"0 0 m 9 9 l S\n" * 50_000) for _ in range(8)]
        )

    content = edited(pdf_bytes(), repeat, compress_streams=True)

    assert _inspect(tmp_path, content).page_count == 1
    refusal = _refusal(tmp_path, content, max_inflated_bytes=4_000_000)
    assert refusal.code == "decompression_bomb"


def test_an_image_that_declares_a_huge_size_is_a_bomb(tmp_path: Path) -> None:
    def add_image(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(b"\x00", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        image.Width, image.Height, image.BitsPerComponent = 100_000, 100_000, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        pdf.pages[0].obj["/Resources"]["/XObject"] = pikepdf.Dictionary(Im0=image)

    assert _refusal(tmp_path, edited(pdf_bytes(), add_image)).code == "decompression_bomb"


def test_a_filter_that_only_the_memory_limit_bounds_is_a_bomb(tmp_path: Path) -> None:
    def lzw_of_zeros(codes: int) -> bytes:
        """Each code is 9 to 12 bits wide and stands for one zero more than the one before."""
        bits, width, next_code = ["100000000", "000000000"], 9, 258
        for _ in range(codes):
            bits.append(format(next_code, f"0{width}b"))
            next_code += 1
            if next_code + 1 >= 4095:
                bits += [format(256, f"0{width}b"), "000000000"]
                width, next_code = 9, 258
            elif next_code + 1 >= 1 << width and width < 12:
                width += 1
        bits.append(format(257, f"0{width}b"))
        digits = "".join(bits)
        digits += "0" * (-len(digits) % 8)
        return int(digits, 2).to_bytes(len(digits) // 8, "big")

    content = with_content(zlib.compress(lzw_of_zeros(200_000), 9), ["/FlateDecode", "/LZWDecode"])

    refusal = _refusal(tmp_path, content, memory_bytes=300 * 1024 * 1024)

    assert refusal.code == "decompression_bomb"


def test_a_file_that_takes_too_long_is_too_complex(tmp_path: Path) -> None:
    content = with_content(inflating_to(200 * 1024 * 1024), "/FlateDecode")

    assert _refusal(tmp_path, content, timeout_seconds=0.01).code == "too_complex"


def test_a_pdf_whose_pages_are_counted_differently_is_damaged(tmp_path: Path) -> None:
    def miscount(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Count = 40

    content = edited(pdf_bytes(2), miscount).replace(b"/Count 2", b"/Count 9")

    assert b"/Count 9" in content
    assert _refusal(tmp_path, content).code == "damaged"
