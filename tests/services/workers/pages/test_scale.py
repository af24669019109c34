"""The scale of a page, found or given by hand: from the route to the project's list."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.workers.pages.sheet import small_sheet
from tests.services.workers.running import System
from tests.takeoff.sheets import Sheet


def test_detect_scale_is_listed_with_its_progress_and_keeps_its_evidence(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[1]["id"]
    during, before = system.held_at_its_end("detect-scale", page_id, "Saving results")
    task_id = during["task_id"]
    assert (during["task_type"], before["scale_value"]) == ("scale_detection", None)
    result = system.succeeded(task_id)
    assert (result["page_id"], result["calibrated"]) == (page_id, True)
    assert result["scale_value"] == pytest.approx(18.0 * 150 / 72, rel=0.005)
    assert result["scale_text"] == '1/4" = 1\'-0"'
    assert system.steps(task_id) == [
        (10, "Loading page data"),
        (30, "Downloading image"),
        (60, "Detecting scale"),
        (90, "Saving results"),
    ]
    page = system.get(f"/pages/{page_id}")
    assert (page["scale_value"], page["scale_unit"]) == (result["scale_value"], "ft")
    assert page["scale_method"] == "dimension strings"
    sources = {each["source"] for each in page["scale_detection"]["evidence"]}
    assert {"dimension strings", "view title"} <= sources
    for each in page["scale_detection"]["evidence"]:
        left, top, right, bottom = each["box"]
        assert 0 <= left < right <= page["width_px"]
        assert 0 <= top < bottom <= page["height_px"]


def test_a_reduced_print_is_reported_in_the_result_and_on_the_page(
    system: System, tmp_path: Path
) -> None:
    sheet = Sheet()
    sheet.number("A-301")
    sheet.view(100, 80, "FIRST FLOOR PLAN", 'SCALE: 1/4" = 1\'-0"')
    sheet.dimensions(9.0)
    (page,) = system.processed(sheet.save(tmp_path))
    result = system.succeeded(system.ask(f"/pages/{page['id']}/detect-scale"))
    assert result["calibrated"] is False
    assert any("50.0% of its size" in reason for reason in result["reasons"])
    shown = system.get(f"/pages/{page['id']}")
    assert shown["calibrated"] is False
    assert shown["scale_detection"]["reasons"] == result["reasons"]


def test_a_scale_by_hand_holds_at_once_and_no_detection_changes_it(
    system: System, tmp_path: Path
) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    path = f"/api/v1/pages/{page['id']}/scale"
    line = {"start": [100, 200], "end": [400, 600], "feet": 20}
    answer = system.api.put(path, json={"line": line}).json()
    assert (answer["scale_value"], answer["calibrated"]) == (25.0, True)
    assert (answer["scale_method"], answer["scale_unit"]) == ("manual", "ft")
    assert answer["scale_calibration"]["by"] == "ops"

    result = system.succeeded(system.ask(f"/pages/{page['id']}/detect-scale"))
    assert (result["scale_value"], result["method"]) == (25.0, "manual")
    shown = system.get(f"/pages/{page['id']}")
    assert (shown["scale_value"], shown["scale_method"]) == (25.0, "manual")
    found = shown["scale_detection"]["pixels_per_foot"]
    assert found == pytest.approx(18.0 * 150 / 72, rel=0.005)


def test_a_calibration_while_detection_runs_wins(system: System, tmp_path: Path) -> None:
    (page,) = system.processed(small_sheet(tmp_path))
    with system.holding("page", page["id"]) as calibrating:
        task_id = system.ask(f"/pages/{page['id']}/detect-scale")
        system.at_step(task_id, 90, "Saving results")
        # Detection waits for the row, and does not know yet what is about to be committed.
        calibrating.execute(
            "UPDATE takeoff.page SET scale_value = 30, scale_method = 'manual', calibrated = true"
            " WHERE id = %s",
            (page["id"],),
        )
        calibrating.commit()
    assert system.succeeded(task_id)["scale_value"] == 30
    assert system.get(f"/pages/{page['id']}")["scale_method"] == "manual"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scale_value": 0},
        {"scale_value": 20, "scale_text": "1:100"},
        {"scale_text": "about so"},
        {"scale_text": "N.T.S."},
        {"line": {"start": [5, 5], "end": [5, 5], "feet": 3}},
        {"line": {"start": [5, 5], "end": [9, 5], "feet": -3}},
        {"scale_value": 1e-9},
        {"scale_value": True},
        {"scale_value": "37.5"},
        {"line": {"start": [5, 5], "end": [9, 5], "feet": True}},
        {"scale": 3},
    ],
)
def test_what_is_no_scale_is_refused(
    system: System, pages: list[dict[str, Any]], body: dict[str, Any]
) -> None:
    before = system.get(f"/pages/{pages[0]['id']}")
    answer = system.api.put(f"/api/v1/pages/{pages[0]['id']}/scale", json=body)
    assert answer.status_code == 422
    assert system.get(f"/pages/{pages[0]['id']}") == before
