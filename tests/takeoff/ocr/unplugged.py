"""Reads a scan without a network, in a process of its own, and prints what it saw and took."""

import json
import resource
import sys
from pathlib import Path

from takeoff.ocr import OcrImage, OcrMode, read_page_text


def main(image: str, dpi: str, width: str, height: str, mode: str) -> None:
    """Read `image` as a page image of its own size."""
    parts: list[tuple[int, int]] = []
    text = read_page_text(
        None,
        OcrImage(Path(image), float(dpi)),
        (int(width), int(height)),
        OcrMode(mode),
        watch=lambda done, total: parts.append((done, total)),
    )
    reading = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "blocks": text.as_blocks(),
                "parts": parts,
                "peak_mib": reading.ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
