"""How many page images this machine can read at the same time.

`python -m services.ocr_capacity` prints the number: the concurrency of an OCR worker.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE_BYTES: Final = 2_000_000_000
"""What a worker's process and the engines of one page hold at most."""


@dataclass
class _Share:
    pages: int = 1


_share: Final = _Share()
_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


def pages_at_once(wanted: int | None) -> int:
    """Return how many page images are read at the same time: `wanted`, or as many as there are
    processors with 2 GB of memory for each and one page's memory left for the rest.
    """
    if wanted is not None:
        return wanted
    return max(1, min(processors(), _memory_bytes() // PAGE_BYTES - 1))


def share_processors(pages: int) -> None:
    """Tell that this process, or those it forks, read so many pages at the same time."""
    _share.pages = max(1, pages)


def threads() -> int:
    """Return how many threads a page's engines use, so that all pages have the same share."""
    return max(1, processors() // _share.pages)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_bytes() -> int:
    """The machine's memory, or what its container may use of it."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = _CGROUP.read_text(encoding="ascii").strip()
    except OSError:
        return there
    return min(there, int(limit)) if limit.isdigit() else there


if __name__ == "__main__":
    from services.settings import TakeoffSettings

    sys.stdout.write(f"{pages_at_once(TakeoffSettings().ocr_pages_at_once)}\n")
