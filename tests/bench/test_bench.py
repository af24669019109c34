"""The measurements run, and nothing has become many times slower. Figures come from make bench."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench import report, row
from bench.append import run as append
from bench.dispatch import run as dispatch
from bench.durable import run as durable
from bench.python_append import run as python_append
from bench.servers import servers

GROUPS = {
    "append": (append.measure, "append, 8 clients", 0.2),
    "python": (python_append.measure, "append from Python, 8 threads", 1.0),
    "dispatch": (dispatch.measure, "messages dispatched", 0.2),
    "durable": (durable.measure, "whole tasks, beside DBOS", 0.4),
}


@pytest.mark.parametrize("group", GROUPS)
def test_ours_is_not_many_times_slower_than_its_peer(group: str) -> None:
    measure, name, least = GROUPS[group]
    with servers() as running:
        rows = {found.name: found for found in measure(running, True)}
    ratio = rows[name].ratio
    assert ratio is not None
    assert ratio > least, rows[name]


def test_rows_compare_round_by_round_and_are_written_as_json(tmp_path: Path) -> None:
    rows = [
        row.compared("c", "events/s", [2.0, 9.0, 4.0], [4.0, 3.0, 4.0], "peer"),
        row.alone("a", "ms", [3.0, 1.0, 2.0]),
    ]
    row.write(rows, tmp_path / "results" / "latest.json")
    assert json.loads((tmp_path / "results" / "latest.json").read_text()) == [
        {"name": "c", "unit": "events/s", "ours": 4.0, "peer": 4.0, "peer_name": "peer",
         "ratio": 1.0, "spread": [0.5, 3.0], "measured": ""},
        {"name": "a", "unit": "ms", "ours": 2.0, "peer": None, "peer_name": None,
         "ratio": None, "spread": [1.0, 3.0], "measured": ""},
    ]  # fmt: skip
    assert "against peer" in row.table(rows)
    assert row.read(tmp_path / "results" / "latest.json") == rows
    assert [report.line(each) for each in rows] == [
        "| c (events/s), against peer | 4 | 4 | 1.000 | 0.5 to 3 |  |",
        "| a (ms) | 2 |  |  | 1 to 3 |  |",
    ]


def test_a_run_of_one_group_keeps_the_rows_of_the_others_with_their_day(tmp_path: Path) -> None:
    path = tmp_path / "results" / "latest.json"
    old = [row.alone("a", "ms", [1.0]), row.alone("b", "ms", [1.0])]
    row.write([replace(each, measured="2026-01-01, v1") for each in old], path)
    row.write(row.stamped([row.alone("b", "ms", [2.0])]), path)
    measured = {each.name: (each.ours, each.measured) for each in row.read(path)}
    assert measured["a"] == (1.0, "2026-01-01, v1")
    assert measured["b"][0] == 2.0
    assert measured["b"][1] > "2026-11"
