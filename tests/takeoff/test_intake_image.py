"""An image is accepted or refused by what is in it, and a refusal says why."""

from __future__ import annotations

import dataclasses
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from takeoff import intake, refusals
from takeoff.limits import IntakeLimits
from takeoff.terms import ContentType
from tests.takeoff.files import grey_image, image_bytes, written

_KINDS = {"PNG": ContentType.PNG, "JPEG": ContentType.JPEG, "TIFF": ContentType.TIFF}


def _inspect(folder: Path, content: bytes, **limits: float) -> intake.Inspected:
    return intake.inspect(written(folder, content), dataclasses.replace(IntakeLimits(), **limits))


def _code(folder: Path, content: bytes, **limits: float) -> str:
    with pytest.raises(refusals.FileRefused) as caught:
        _inspect(folder, content, **limits)
    return caught.value.code


@pytest.mark.parametrize("kind", list(_KINDS))
def test_a_sound_image_is_one_page(tmp_path: Path, kind: str) -> None:
    accepted = _inspect(tmp_path, image_bytes(grey_image(), kind))

    assert accepted == intake.Inspected(_KINDS[kind], 1, repaired=False)


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    frames = [grey_image(), grey_image((300, 200)), grey_image((90, 80))]
    content = image_bytes(frames[0], "TIFF", save_all=True, append_images=frames[1:])

    assert _inspect(tmp_path, content).page_count == 3
    assert _code(tmp_path, content, max_pages=2) == "too_many_pages"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", list(_KINDS))
def test_an_image_without_its_end_is_refused(tmp_path: Path, kind: str, part: float) -> None:
    content = image_bytes(Image.effect_noise((400, 300), 90), kind)

    code = _code(tmp_path, content[: int(len(content) * part)])

    # A TIFF may keep its directory at the end; without it, nothing says what is missing.
    assert code in ({"truncated", "damaged"} if kind == "TIFF" else {"truncated"})


def test_a_png_with_a_flipped_bit_is_damaged(tmp_path: Path) -> None:
    content = bytearray(image_bytes(Image.effect_noise((400, 300), 90), "PNG"))
    content[len(content) // 2] ^= 0x10

    assert _code(tmp_path, bytes(content)) == "damaged"


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )

    assert _code(tmp_path, content) == "decompression_bomb"


def test_a_later_frame_with_too_many_pixels_is_refused(tmp_path: Path) -> None:
    content = image_bytes(
        grey_image((40, 40)), "TIFF", save_all=True, append_images=[grey_image((900, 900))]
    )

    assert _inspect(tmp_path, content, max_image_pixels=810_000).page_count == 2
    assert _code(tmp_path, content, max_image_pixels=809_999) == "decompression_bomb"


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    for head in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\x00", b"MM\x00*"):
        assert _code(tmp_path, head) in {"damaged", "truncated"}


def test_another_kind_of_image_is_not_supported(tmp_path: Path) -> None:
    for kind in ("GIF", "BMP", "WEBP"):
        assert _code(tmp_path, image_bytes(grey_image(), kind)) == "not_supported_type"
