"""Classifying a page, by its text or by who sees it: from the route to the project's list."""

from typing import Any

from tests.services.workers.running import System


def test_classify_is_listed_with_its_progress_and_keeps_its_evidence(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[1]["id"]
    during, before = system.held_at_its_end("classify", page_id, "Saving classification history")
    task_id = during["task_id"]
    assert (during["task_type"], before["discipline"]) == ("page_classification", None)
    assert system.succeeded(task_id) == {
        "page_id": page_id,
        "discipline": "structural",
        "page_type": "foundation plan",
        "concrete_relevance": "high",
        "provider": "ocr",
    }
    assert system.steps(task_id) == [
        (10, "Loading page data"),
        (30, "Running OCR classification"),
        (70, "Updating page record"),
        (90, "Saving classification history"),
    ]
    page = system.get(f"/pages/{page_id}")
    discipline = page["classification"]["discipline"]
    assert (discipline["value"], discipline["rule"]) == ("structural", "sheet number")
    assert discipline["evidence"] == ["S-101"]
    assert discipline["boxes"] == [page["title_block"]["sheet_number"]["box"]]
    history = system.connection.execute(
        "SELECT task_id::text, provider, used_vision, discipline, evidence"
        " FROM takeoff.classification_history WHERE page_id = %s",
        (page_id,),
    ).fetchall()
    assert history == [(task_id, "ocr", False, "structural", page["classification"])]


def test_classify_by_vision_asks_the_provider_and_shows_where_its_evidence_stands(
    system: System, pages: list[dict[str, Any]]
) -> None:
    page_id = pages[0]["id"]
    system.providers.answers["SeenSheet"] = {
        "discipline": "interiors",
        "page_type": "floor plan",
        "concrete_relevance": None,
        "confidence": 0.8,
        "evidence": ["FLOOR PLAN", "a desk"],
    }
    asked = {"provider": "openai", "use_vision": True}
    task_id = system.ask(f"/pages/{page_id}/classify", asked)
    assert system.succeeded(task_id) == {
        "page_id": page_id,
        "discipline": "interiors",
        "page_type": "floor plan",
        "concrete_relevance": None,
        "provider": "openai",
    }
    assert system.steps(task_id)[1] == (30, "Running vision classification")
    page = system.get(f"/pages/{page_id}")
    seen = page["classification"]["page_type"]
    assert (seen["rule"], seen["evidence"]) == ("seen by seer-o-1", ["FLOOR PLAN", "a desk"])
    assert len(seen["boxes"]) == 1
    history = system.connection.execute(
        "SELECT provider, model, used_vision, confidence FROM takeoff.classification_history"
        " WHERE page_id = %s ORDER BY created_at DESC LIMIT 1",
        (page_id,),
    ).fetchone()
    assert history == ("openai", "seer-o-1", True, 0.0)


def test_a_provider_that_cannot_see_or_is_not_set_up_fails_at_once_and_says_what_to_do(
    system: System, pages: list[dict[str, Any]]
) -> None:
    path = f"/pages/{pages[0]['id']}/classify"
    for asked, said in (
        ({"provider": "anthropic"}, "TASK_LEDGER_ANTHROPIC_API_KEY"),
        ({"provider": "local", "use_vision": True}, "openai or anthropic"),
    ):
        task = system.ended(system.ask(path, asked))
        assert task["status"] == "FAILURE"
        assert said in task["error"]["message"]
