"""Whatever happens to a file on its way, intake and rendering end in an answer."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from takeoff import intake, refusals
from takeoff.limits import IntakeLimits, RenderLimits
from takeoff.render import RenderFailed, render_pages
from takeoff.terms import ContentType
from tests.takeoff.files import edited, image_bytes, pdf_bytes, unchanged, written

_LIMITS = IntakeLimits(cpu_seconds=20, timeout_seconds=30)

Mutation = tuple[str, float, int, bytes]

_MUTATIONS: st.SearchStrategy[list[Mutation]] = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "repeat", "overwrite"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 400),
        st.one_of(
            st.binary(min_size=1, max_size=12),
            st.sampled_from(
                [
                    b"/Length 99999999",
                    b"-1",
                    b"999999999999",
                    b"<<",
                    b">>",
                    b"[[[[[[[[",
                    b"endobj",
                    b"endstream",
                    b"/Kids",
                    b"/Count",
                    b"1 0 R",
                    b"%%EOF",
                    b"startxref",
                    b"trailer",
                    b"/Type/Catalog",
                ]
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)


@cache
def _sources() -> dict[str, bytes]:
    noise = Image.effect_noise((120, 90), 60)
    return {
        "plain PDF": pdf_bytes(pages=2),
        "linearized PDF": edited(pdf_bytes(pages=2), unchanged, linearize=True),
        "PNG": image_bytes(noise, "PNG"),
        "JPEG": image_bytes(noise, "JPEG"),
        "TIFF": image_bytes(noise, "TIFF", compression="tiff_lzw"),
    }


def _mutated(content: bytes, mutations: list[Mutation]) -> bytes:
    data = bytearray(content)
    for kind, where, length, piece in mutations:
        at = int(where * len(data))
        if kind == "flip" and data:
            data[at] ^= piece[0] or 1
        elif kind == "cut":
            del data[at : at + length]
        elif kind == "insert":
            data[at:at] = piece
        elif kind == "repeat":
            data[at:at] = data[at : at + length]
        else:
            data[at : at + len(piece)] = piece
    return bytes(data)


def _accepted(path: Path) -> intake.Inspected | None:
    try:
        return intake.inspect(path, _LIMITS)
    except (refusals.ReaderCrashed, refusals.TooComplex):
        # Crashes and hangs of libraries are contained, but a mutation that gets here is a fault
        # of the inspection until somebody has looked at it.
        raise
    except refusals.FileRefused:
        return None


@pytest.mark.parametrize("source", list(_sources()))
@settings(max_examples=25, deadline=None)
@given(mutations=_MUTATIONS)
def test_a_mutated_file_is_accepted_and_rendered_or_refused_with_a_reason(
    source: str, mutations: list[Mutation]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), _mutated(_sources()[source], mutations))
        accepted = _accepted(path)
        if accepted is None:
            return
        assert accepted.content_type in ContentType
        try:
            pages = list(render_pages(path, 30, RenderLimits(page_timeout_seconds=30)))
        except RenderFailed:
            return
        assert len(pages) == accepted.page_count
