"""Bounds what the streams of a PDF inflate to."""

from __future__ import annotations

import pikepdf
from pikepdf import settings

from takeoff.limits import IntakeLimits
from takeoff.refusals import Damaged, DecompressionBomb

_ONE_COMPONENT = ("/DeviceGray", "/CalGray", "/Indexed")
# A broken one of these loses nothing that is drawn.
_NOT_DRAWN = ("/Metadata", "/XRef", "/EmbeddedFile")


def limit_decoders(limits: IntakeLimits) -> None:
    """Make qpdf refuse, in the whole process, to inflate one stream beyond the limit."""
    most = limits.max_stream_bytes
    settings.set_qpdf_limits(
        flate_max_memory=most, run_length_max_memory=most, png_max_memory=most, tiff_max_memory=most
    )


def is_bomb(error: Exception) -> bool:
    """Tell whether ``error`` is a decoder that reached its own or the process's memory limit."""
    # qpdf gives neither a type of its own, and its counter of limit errors leaves them out.
    return "memory limit exceeded" in str(error) or "bad_alloc" in str(error)


def bomb(size: int) -> DecompressionBomb:
    """Return the refusal of content that inflates beyond ``size`` bytes."""
    return DecompressionBomb(
        f"Something in the PDF inflates to more than {size:,} bytes, which no drawing needs. "
        "Print it to a new PDF and upload that."
    )


def check_streams(pdf: pikepdf.Pdf, limits: IntakeLimits) -> None:
    """Decode every stream that is no image, and look at the declared size of every image.

    One decoded stream is held at a time. Images are not decoded: a renderer takes of them no
    more than their declared size. LZW, which qpdf does not bound, is bounded by the memory limit
    of the process.

    Raises:
        DecompressionBomb: a stream, an image or all streams together are larger than allowed.
        Damaged: a stream that may draw on a page cannot be decoded.
    """
    total = 0
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            _check_image(item, limits)
        else:
            total += _decoded_bytes(item, limits)
            if total > limits.max_inflated_bytes:
                raise bomb(limits.max_inflated_bytes)


def _decoded_bytes(stream: pikepdf.Stream, limits: IntakeLimits) -> int:
    try:
        return len(stream.get_stream_buffer(decode_level=pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.DataDecodingError as error:
        if is_bomb(error):
            raise bomb(limits.max_stream_bytes) from error
        if stream.get("/Type") in _NOT_DRAWN:
            return 0
        raise Damaged(
            f"The PDF is damaged: what it draws cannot be decompressed (object "
            f"{stream.objgen[0]}). Save it again from the program that made it, or download it "
            "anew, and upload that."
        ) from error
    except pikepdf.PdfError:
        # A filter that qpdf does not decode; the renderer meets it within its own limits.
        return 0


def _check_image(image: pikepdf.Stream, limits: IntakeLimits) -> None:
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    bits = 1 if image.get("/ImageMask", False) else int(image.get("/BitsPerComponent", 8))
    space = image.get("/ColorSpace", "/DeviceGray")
    name = str(space[0] if isinstance(space, pikepdf.Array) else space)
    components = 1 if name in _ONE_COMPONENT else 4
    if width * height * bits * components // 8 > limits.max_image_bytes:
        raise bomb(limits.max_image_bytes)
