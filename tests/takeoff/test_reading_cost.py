"""What reading costs is measured over every process, and the page says what was measured."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from takeoff.limits import OcrLimits
from takeoff.quality.cost import GENERATED, Cost, cost_of, report
from takeoff.quality.memory import peaks_of
from takeoff.quality.scans import Missed
from tests.takeoff.sheets import Sheet

_PAGE = Path(__file__).parents[2] / "docs" / "ocr-cost.md"
_MIB = 1024 * 1024
_HOLDS = "held = b'x' * (100 << 20); print('held', flush=True); input()"


def test_memory_is_that_of_all_processes_at_their_most() -> None:
    with peaks_of(os.getpid()) as peaks:
        command = [sys.executable, "-c", _HOLDS]
        with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "held\n"
            deadline = time.monotonic() + 30
            while peaks.of.get(child.pid, 0) <= 100 * _MIB and time.monotonic() < deadline:
                time.sleep(0.01)
            child.communicate("\n")

    assert set(peaks.of) >= {os.getpid(), child.pid}
    assert peaks.of[child.pid] > 100 * _MIB
    assert peaks.total >= peaks.of[child.pid] + peaks.of[os.getpid()]


def test_reading_a_sheet_is_measured_to_its_end(tmp_path: Path) -> None:
    sheet = Sheet((600, 400))
    sheet.text(100, 200, "FOUNDATION PLAN", 20)

    own = psutil.Process().memory_info().rss
    cost = cost_of(sheet.save(tmp_path), "small", 100)

    assert (cost.size_px, cost.words, cost.read) == ((833, 556), 2, 2)
    assert cost.cpu_seconds > 0.1
    assert 150 * _MIB < cost.peak_bytes - own < OcrLimits().resident_bytes


def test_the_page_tells_the_costs() -> None:
    line = report(
        [
            Cost(
                "a.pdf",
                200,
                (8400, 6000),
                4000,
                3900,
                Missed(50, 30, 15, 5),
                80.4,
                120.6,
                900_000_000,
            )
        ]
    )

    assert line.splitlines()[-1] == (
        "| a.pdf | 200 | 8400 x 6000 | 4,000 | 3,900 | 97.5% | 50 | 30 | 15 | 5"
        " | 80 s | 121 s | 900 MB |"
    )


@pytest.mark.parametrize("dpi", [150, 200])
def test_the_fullest_sheet_was_read_to_95_percent_in_less_than_2_gb(dpi: int) -> None:
    page = _PAGE.read_text(encoding="utf-8")
    row = re.search(rf"\| {GENERATED} \| {dpi} \| .*? \| ([\d.]+)% \| .*? \| ([\d,]+) MB \|", page)
    assert row is not None
    assert float(row[1]) >= 95
    own = re.search(r"\| one sheet read, accurate \|.*\| (\d+) \|$", page, re.MULTILINE)
    assert own is not None
    assert int(row[2].replace(",", "")) + int(own[1]) < 2000
    assert OcrLimits().resident_bytes / 1_000_000 + int(own[1]) < 2000
