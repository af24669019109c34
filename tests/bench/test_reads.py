"""Reads are measured over HTTP, kept by size, and reported with their ratios."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import report
from bench.reads import page, results, run
from bench.reads.results import Figures, Size
from bench.servers import STATEMENTS, servers

SMALL = Size("2026-01-01, v1", 30.0, {"list, newest": Figures("list", 4.0, 10.0, 50.0)})
LARGE = Size("2026-01-02, v2", 31.0, {"list, newest": Figures("list", 5.0, 15.0, 100.0)})


@pytest.mark.slow
def test_every_request_is_answered_and_touches_buffers() -> None:
    with servers(STATEMENTS) as running:
        size = run.measured(running, run.SHORT, 1)
    assert {read.kind for read in size.reads.values()} == {
        "list", "timeline", "search, with a match", "search, without a match", "one task", "counts",
    }  # fmt: skip
    for name, read in size.reads.items():
        assert 0 < read.p50_ms <= read.p99_ms, name
        assert read.buffers > 0, name
    # A task is found by its key; a page of tasks takes more.
    assert size.reads["task"].buffers < size.reads["list, later page"].buffers


def test_each_size_is_kept_when_it_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "results" / "reads.json"
    assert results.read(path) == {}
    results.keep(1_000_000, LARGE, path)
    results.keep(100_000, SMALL, path)
    assert list(results.read(path).items()) == [(100_000, SMALL), (1_000_000, LARGE)]
    again = replace(LARGE, measured="2026-01-03, v3")
    results.keep(1_000_000, again, path)
    assert results.read(path) == {100_000: SMALL, 1_000_000: again}


def test_a_size_measured_at_this_revision_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "revision", lambda: "v1")
    monkeypatch.setattr(run, "servers", lambda *_: pytest.fail("it is measured again"))
    results.keep(100_000, SMALL, tmp_path / "reads.json")
    run.measure([100_000], path=tmp_path / "reads.json")
    with pytest.raises(pytest.fail.Exception, match="measured again"):
        run.measure([1_000_000], path=tmp_path / "reads.json")
    monkeypatch.setattr(run, "revision", lambda: "v2")
    with pytest.raises(pytest.fail.Exception, match="measured again"):
        run.measure([100_000], path=tmp_path / "reads.json")


def test_the_page_compares_the_largest_size_with_the_smallest() -> None:
    text = page.part({100_000: SMALL, 1_000_000: LARGE})
    assert "| list, newest | 4; 10 | 5; 15 | 50 | 100 | 1.50 | 2.00 |" in text
    assert "- 1 million events: measured 2026-01-02, v2;" in text


def test_without_figures_the_page_has_no_part_about_reads(tmp_path: Path) -> None:
    assert "Reads over HTTP" not in report.page([], {})
    report.write_plots({}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_plots_have_a_line_for_each_kind_and_are_the_same_each_time(tmp_path: Path) -> None:
    sizes = {100_000: SMALL, 1_000_000: LARGE}
    report.write_plots(sizes, tmp_path)
    drawings = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(drawings) == {"reads.svg", "reads-dark.svg"}
    assert drawings["reads.svg"] != drawings["reads-dark.svg"]
    for drawing in drawings.values():
        texts = [text.text for text in ElementTree.fromstring(drawing).iter() if text.text]
        assert texts.count("list") == 2
    report.write_plots(sizes, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == drawings
