"""Takeoffs from the route to the list, by the sheet's own vectors: no network, exact."""

import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery

from takeoff.sample import SampleTruth, write_sample
from tests.services.workers.running import System
from tests.takeoff.providers.provider_server import Asked

Pages = list[dict[str, Any]]


def measured(system: System, page_id: str, condition_id: str, **more: Any) -> dict[str, Any]:
    body = {"condition_id": condition_id, **more}
    return system.ended(system.post(f"/pages/{page_id}/ai-takeoff", body)["task_id"])


def triangle(x: float, side: float = 40) -> dict[str, Any]:
    corners = [(x, 10), (x + side, 10), (x, 10 + side)]
    return {
        "shape": "polygon", "points": [{"x": x, "y": y} for x, y in corners], "label": None,
        "confidence": 0.95, "evidence": "an outline",
    }  # fmt: skip


def test_a_slab_is_measured_to_a_thousandth_and_listed(
    system: System, pages: Pages, truth: SampleTruth
) -> None:
    (slab,) = [each for each in truth.sheets[1].elements if each.kind == "slab"]
    assert slab.area_sf is not None
    condition = system.condition("Slab on grade")
    task = measured(system, pages[1]["id"], condition["id"])
    assert task["status"] == "SUCCESS", task
    assert system.steps(task["task_id"]) == [
        (10, "Loading page data"),
        (30, "Running AI analysis"),
        (70, "Creating measurements"),
        (90, "Finalizing"),
    ]
    result = task["result"]
    assert (result["page_id"], result["condition_id"]) == (pages[1]["id"], condition["id"])
    assert (result["elements_detected"], result["measurements_created"]) == (1, 1)
    assert (result["provider"], result["model"]) == ("local", "vectors")
    assert result["latency_ms"] >= 0
    assert result["withheld"]["first"][0]["reason"].startswith("It is in notes")
    (measurement,) = system.measurements(pages[1]["id"], condition["id"])
    assert measurement["quantity"] == pytest.approx(slab.area_sf, rel=1e-3)
    assert measurement["task_id"] == task["task_id"]
    after = system.conditions()["Slab on grade"]
    assert after["total_quantity"] == measurement["quantity"]
    assert after["measurement_count"] == 1
    listed = system.until("the list", lambda: system.in_list(task["task_id"]))
    assert (listed["task_type"], listed["max_attempts"]) == ("ai_takeoff", 4)


def test_asking_again_measures_nothing_twice(system: System, pages: Pages) -> None:
    condition = system.condition("Pad footing F1", "count")
    first = measured(system, pages[1]["id"], condition["id"])["result"]
    again = measured(system, pages[1]["id"], condition["id"])["result"]
    assert (first["measurements_created"], again["measurements_created"]) == (5, 0)
    assert again["already_measured"] == 5
    assert system.conditions()["Pad footing F1"]["total_quantity"] == 5


def test_another_scale_by_hand_measures_the_page_anew(
    system: System, pages: Pages, truth: SampleTruth
) -> None:
    (slab,) = [each for each in truth.sheets[1].elements if each.kind == "slab"]
    assert slab.area_sf is not None
    condition = system.condition("Slab on grade, again")
    path = f"/api/v1/pages/{pages[1]['id']}/scale"
    try:
        assert measured(system, pages[1]["id"], condition["id"])["status"] == "SUCCESS"
        assert system.api.put(path, json={"scale_value": 75.0}).is_success
        (measurement,) = system.measurements(pages[1]["id"], condition["id"])
        assert measurement["quantity"] == pytest.approx(slab.area_sf / 4, rel=1e-3)
        # Less than certain of a name with a word too many, it waits.
        after = system.conditions()["Slab on grade, again"]
        assert (after["total_quantity"], after["waiting_quantity"]) == (0, measurement["quantity"])
    finally:
        assert system.api.put(path, json={"scale_value": 37.5}).is_success
    assert system.conditions()["Slab on grade, again"]["waiting_quantity"] == pytest.approx(
        slab.area_sf, rel=1e-3
    )


def test_progress_is_seen_in_the_list_while_the_provider_thinks(
    system: System, pages: Pages
) -> None:
    thinking, go_on = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Any:
        thinking.set()
        assert go_on.wait(30)
        return {"elements": [triangle(10)], "withheld": []}

    system.providers.answers["FoundElements"] = answer
    condition = system.condition("Seen while it runs")
    task_id = system.post(
        f"/pages/{pages[0]['id']}/ai-takeoff",
        {"condition_id": condition["id"], "provider": "openai"},
    )["task_id"]
    assert thinking.wait(30)
    listed = system.until(
        "progress in the list",
        lambda: task if (task := system.in_list(task_id)).get("progress", {}).get("step") else None,
    )
    assert listed["status"] == "PROGRESS"
    assert (listed["progress"]["percent"], listed["progress"]["step"]) == (
        30,
        "Running AI analysis",
    )
    assert system.measurements(pages[0]["id"], condition["id"]) == []
    go_on.set()
    task = system.ended(task_id)
    assert task["status"] == "SUCCESS", task
    assert (task["result"]["provider"], task["result"]["model"]) == ("openai", "seer-o-1")


@pytest.mark.parametrize("wrong", ["uncalibrated", "condition of another project"])
def test_what_cannot_be_measured_fails_at_once_and_says_why(
    system: System, pages: Pages, wrong: str
) -> None:
    condition = system.condition(f"Refused: {wrong}")
    body = {"condition_id": condition["id"]}
    if wrong == "uncalibrated":
        page = "UPDATE takeoff.page SET calibrated = %s WHERE id = %s"
        system.connection.execute(page, (False, pages[0]["id"]))
        try:
            task = measured(system, pages[0]["id"], condition["id"])
        finally:
            system.connection.execute(page, (True, pages[0]["id"]))
        assert "is not calibrated" in task["error"]["message"]
        assert (task["status"], task["attempt"]) == ("FAILURE", 1)
        assert system.conditions()[condition["name"]]["measurement_count"] == 0
    else:
        system.post("/projects", {"name": "Other", "id": "other"}, 201)
        other = {"name": "Theirs", "measurement_type": "area"}
        body = {"condition_id": system.post("/projects/other/conditions", other, 201)["id"]}
        problem = system.post(f"/pages/{pages[0]['id']}/ai-takeoff", body, 422)
        assert problem["code"] == "wrong_project"


def test_totals_are_right_when_workers_measure_one_condition_at_once(
    system: System, pages: Pages
) -> None:
    together = threading.Barrier(4)
    places = iter(range(100, 1500, 170))
    lock = threading.Lock()

    def answer(asked: Asked) -> Any:
        with lock:
            place = next(places)
        together.wait(30)
        return {"elements": [triangle(place), triangle(place + 80)], "withheld": []}

    system.providers.answers["FoundElements"] = answer
    condition = system.condition("Measured at once")
    body = {"condition_id": condition["id"], "provider": "anthropic"}
    tasks = [system.post(f"/pages/{pages[0]['id']}/ai-takeoff", body)["task_id"] for _ in range(8)]
    assert [system.ended(task)["status"] for task in tasks] == ["SUCCESS"] * 8
    stored = system.measurements(pages[0]["id"], condition["id"])
    after = system.conditions()["Measured at once"]
    assert (len(stored), after["waiting_count"]) == (16, 16)
    assert after["waiting_quantity"] == pytest.approx(sum(each["quantity"] for each in stored))
    # As sure as the model says it is, a person has seen none of it.
    assert (after["total_quantity"], after["measurement_count"]) == (0, 0)
    assert {(each["counts"], each["waits"], each["confidence"]) for each in stored} == {
        (False, True, 0.95)
    }


def test_one_message_delivered_twice_at_once_measures_once(system: System, pages: Pages) -> None:
    together = threading.Barrier(2)
    # The places differ, so that only the id tells that it is one run.
    places = iter((10, 400, 800, 1200))

    def answer(asked: Asked) -> Any:
        together.wait(30)
        place = next(places)
        return {"elements": [triangle(place), triangle(place + 80)], "withheld": []}

    system.providers.answers["FoundElements"] = answer
    condition = system.condition("Delivered twice")
    arguments = {
        "page_id": pages[0]["id"], "condition_id": condition["id"], "provider": "openai"
    }  # fmt: skip
    run_id = str(uuid4())
    with Celery(broker=system.environment["TASK_LEDGER_BROKER_URL"], set_as_current=False) as app:
        for _ in range(2):
            app.send_task("takeoff.generate_ai_takeoff", kwargs=arguments, task_id=run_id)
    system.until(
        "both runs",
        lambda: (
            sum(
                '"task_succeeded"' in line and run_id in line for line in system.logs().splitlines()
            )
            == 2
        ),
    )
    after = system.conditions()["Delivered twice"]
    assert (
        after["waiting_count"],
        len(system.measurements(pages[0]["id"], condition["id"])),
    ) == (2, 2)


def test_two_autonomous_takeoffs_at_once_make_each_condition_once(
    system: System, pages: Pages, truth: SampleTruth
) -> None:
    before = system.conditions()
    path = f"/pages/{pages[1]['id']}/autonomous-takeoff"
    tasks = [system.ended(each) for each in [system.post(path)["task_id"] for _ in range(3)]]
    assert [task["status"] for task in tasks] == ["SUCCESS"] * 3, tasks
    assert system.steps(tasks[0]["task_id"]) == [
        (10, "Loading"),
        (30, "AI analysis"),
        (70, "Creating measurements"),
        (90, "Updating conditions"),
    ]
    results = [task["result"] for task in tasks]
    kinds = ["Slab on grade, 5 in", "Pad footing F1", "Strip footing WF1"]
    assert results[0]["element_types"] == kinds
    # Another test may have measured the pads, each by itself.
    pads = 0 if "Pad footing F1" in before else 5
    assert sum(result["conditions_created"] for result in results) == len(set(kinds) - set(before))
    assert sum(result["measurements_created"] for result in results) == 2 + pads
    conditions = system.conditions()
    (slab,) = [each for each in truth.sheets[1].elements if each.kind == "slab"]
    assert slab.area_sf is not None
    concrete = conditions["Slab on grade, 5 in"]
    assert concrete["total_quantity"] == pytest.approx(slab.area_sf * 5 / 12 / 27, rel=1e-3)
    assert (concrete["unit"], concrete["depth_in"]) == ("CY", 5)
    assert conditions["Pad footing F1"]["total_quantity"] == 5
    # A band between two lines is told by less than an outline, and waits for a person.
    assert conditions["Strip footing WF1"]["waiting_quantity"] == pytest.approx(312, rel=1e-3)
    assert conditions["Strip footing WF1"]["total_quantity"] == 0
    listed = system.until("the list", lambda: system.in_list(tasks[0]["task_id"]))
    assert listed["task_type"] == "autonomous_ai_takeoff"


def test_a_survey_tells_quantities_in_the_units_that_the_conditions_have(
    system: System, pages: Pages
) -> None:
    found = {"name": "Kerb", "measurement_type": "area", "depth_in": None,
             "elements": [triangle(10)]}  # fmt: skip
    system.providers.answers["FoundTypes"] = {"types": [found], "withheld": []}
    system.condition("Kerb", "linear")
    path = f"/pages/{pages[0]['id']}/autonomous-takeoff"
    result = system.succeeded(system.post(path, {"provider": "openai"})["task_id"])
    kerb = system.conditions()["Kerb"]
    told = result["totals"]["Kerb"]
    assert (told["unit"], kerb["unit"]) == ("LF", "LF")
    assert told["quantity"] == pytest.approx(kerb["waiting_quantity"])


def test_a_metric_project_is_measured_in_metres(
    system: System, tmp_path: Path, truth: SampleTruth
) -> None:
    (slab,) = [each for each in truth.sheets[1].elements if each.kind == "slab"]
    assert slab.area_sf is not None
    system.post("/projects", {"id": "metric", "name": "M", "unit_system": "metric"}, 201)
    drawing = tmp_path / "sample.pdf"
    write_sample(drawing)
    page = system.processed(drawing, "metric")[1]
    # 150 dpi at 1:48 are 37.5 pixels per foot.
    line = {"start": [0, 0], "end": [375, 0], "metres": 3.048}
    scaled = system.api.put(f"/api/v1/pages/{page['id']}/scale", json={"line": line})
    assert scaled.json()["scale_value"] == pytest.approx(37.5)

    body = {"name": "Slab on grade", "measurement_type": "volume", "depth_mm": 127}
    condition = system.post("/projects/metric/conditions", body, 201)
    task = measured(system, page["id"], condition["id"])
    assert task["result"]["unit"] == "M3", task
    (measurement,) = system.measurements(page["id"], condition["id"])
    assert measurement["quantity"] == pytest.approx(slab.area_sf * 0.3048**2 * 0.127, rel=1e-3)

    result = system.succeeded(system.ask(f"/pages/{page['id']}/autonomous-takeoff"))
    assert result["conditions_created"] > 0
    units = {
        each["name"]: each["unit"]
        for each in system.get("/projects/metric/conditions")["conditions"]
    }
    assert set(units.values()) <= {"M", "M2", "M3", "EA"}
    assert {name: each["unit"] for name, each in result["totals"].items()}.items() <= units.items()


def test_a_run_whose_connection_is_cut_while_it_stores_is_repeated_and_counted_once(
    system: System, pages: Pages
) -> None:
    condition = system.condition("F1, cut off", "count")
    with system.holding("condition", condition["id"]):
        task_id = system.post(
            f"/pages/{pages[1]['id']}/ai-takeoff", {"condition_id": condition["id"]}
        )["task_id"]
        system.at_step(task_id, 70, "Creating measurements")
        waiting = "state = 'active' AND wait_event_type = 'Lock' AND query LIKE '%%condition%%'"
        system.until(
            "the lock that it waits for",
            lambda: system.sql(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waiting}"
            ),
        )
    task = system.ended(task_id)
    assert (task["status"], task["attempt"]) == ("SUCCESS", 2), task
    assert "FAILURE" not in system.statuses(task_id)
    stored = system.measurements(pages[1]["id"], condition["id"])
    after = system.conditions()["F1, cut off"]
    assert (len(stored), after["measurement_count"], after["total_quantity"]) == (5, 5, 5)
