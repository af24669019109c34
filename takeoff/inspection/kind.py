"""Detects the type of a file by its first bytes."""

from pathlib import Path

from takeoff.refusals import NotSupportedType
from takeoff.terms import ContentType

# PDF readers accept a header anywhere within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", ContentType.PNG),
    (b"\xff\xd8\xff", ContentType.JPEG),
    (b"II*\x00", ContentType.TIFF),
    (b"MM\x00*", ContentType.TIFF),
    (b"II+\x00", ContentType.TIFF),
    (b"MM\x00+", ContentType.TIFF),
)


def kind_of(path: Path) -> ContentType:
    """Return the type of the file by its leading bytes, whatever its name or metadata claim.

    Raises:
        NotSupportedType: it is none of the accepted types.
    """
    with path.open("rb") as file:
        head = file.read(_PDF_HEADER_WITHIN + 5)
    for magic, kind in _IMAGES:
        if head.startswith(magic):
            return kind
    if 0 <= head.find(b"%PDF-") < _PDF_HEADER_WITHIN:
        return ContentType.PDF
    raise NotSupportedType(
        "The file is neither a PDF nor a PNG, JPEG or TIFF image. Export the drawing as a PDF "
        "and upload that."
    )
