"""Limits the decompressed size of a PDF's streams."""

from __future__ import annotations

import pikepdf
from pikepdf import settings

from takeoff.limits import IntakeLimits
from takeoff.refusals import Damaged, DecompressionBomb

_ONE_COMPONENT = ("/DeviceGray", "/CalGray", "/Indexed")
# A broken stream of these types loses no drawing.
_NOT_DRAWN = ("/Metadata", "/XRef", "/EmbeddedFile")


def limit_decoders(limits: IntakeLimits) -> None:
    """Make qpdf refuse, process-wide, to inflate a stream beyond the limit."""
    most = limits.max_stream_bytes
    settings.set_qpdf_limits(
        flate_max_memory=most, run_length_max_memory=most, png_max_memory=most, tiff_max_memory=most
    )


def is_bomb(error: Exception) -> bool:
    """Tell whether ``error`` comes from a decoder at its own or the process's memory limit."""
    # qpdf has no exception type for either, and its limit error counter does not include them.
    return "memory limit exceeded" in str(error) or "bad_alloc" in str(error)


def bomb(size: int) -> DecompressionBomb:
    """Return the error for content that inflates beyond ``size`` bytes."""
    return DecompressionBomb(
        f"Something in the PDF inflates to more than {size:,} bytes, which no drawing needs. "
        "Print it to a new PDF and upload that."
    )


def check_streams(pdf: pikepdf.Pdf, limits: IntakeLimits) -> None:
    """Decode every stream except images, and check the declared size of every image.

    Holds one decoded stream at a time. Images are not decoded: a renderer never takes more than
    their declared size. LZW, which qpdf does not limit, is limited by the process's memory limit.

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
            f"The PDF is damaged: its content cannot be decompressed (object "
            f"{stream.objgen[0]}). Save it again from the program that made it, or download it "
            "anew, and upload that."
        ) from error
    except pikepdf.PdfError:
        # qpdf does not decode this filter; the renderer handles it within its own limits.
        return 0


def _check_image(image: pikepdf.Stream, limits: IntakeLimits) -> None:
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    bits = 1 if image.get("/ImageMask", False) else int(image.get("/BitsPerComponent", 8))
    space = image.get("/ColorSpace", "/DeviceGray")
    name = str(space[0] if isinstance(space, pikepdf.Array) else space)
    components = 1 if name in _ONE_COMPONENT else 4
    if width * height * bits * components // 8 > limits.max_image_bytes:
        raise bomb(limits.max_image_bytes)
