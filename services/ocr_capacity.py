"""Calculates how many page images this machine can read concurrently.

`python -m services.ocr_capacity` prints the number: the concurrency of an OCR worker.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE_BYTES: Final = 2_000_000_000
"""Peak memory of a worker's process and the engines of one page."""


@dataclass
class _Share:
    pages: int = 1


_share: Final = _Share()
_CGROUP: Final = Path("/sys/fs/cgroup/memory.max")


def pages_at_once(wanted: int | None) -> int:
    """Return the number of page images to read concurrently: `wanted`, or the number of processors,
    limited to 2 GB of memory for each with one page's memory spared for the rest.
    """
    if wanted is not None:
        return wanted
    return max(1, min(processors(), _memory_bytes() // PAGE_BYTES - 1))


def share_processors(pages: int) -> None:
    """Declare that this process or its children read `pages` pages concurrently."""
    _share.pages = max(1, pages)


def threads() -> int:
    """Return the number of threads for a page's engines, an equal share for every page."""
    return max(1, processors() // _share.pages)


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_bytes() -> int:
    """Return the memory of the machine, or its container's limit."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = _CGROUP.read_text(encoding="ascii").strip()
    except OSError:
        return there
    return min(there, int(limit)) if limit.isdigit() else there


if __name__ == "__main__":
    from services.settings import TakeoffSettings

    sys.stdout.write(f"{pages_at_once(TakeoffSettings().ocr_pages_at_once)}\n")
