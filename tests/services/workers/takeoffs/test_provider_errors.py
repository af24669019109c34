"""What becomes of a takeoff when its provider errs, for both SDKs, from the route to the list."""

from datetime import datetime
from typing import Any

import pytest

from tests.services.workers.running import KEY, System
from tests.takeoff.providers.provider_server import ECHO, Mood

Pages = list[dict[str, Any]]
NOTHING: dict[str, Any] = {"elements": [], "withheld": []}
ERROR = f'{{"error": {{"message": "no good: {ECHO}"}}}}'

provider = pytest.mark.parametrize("provider", ["openai", "anthropic"])


@pytest.fixture(autouse=True)
def answering(system: System) -> None:
    system.providers.moods.clear()
    system.providers.answers["FoundElements"] = NOTHING


def asked(system: System, pages: Pages, provider: str) -> str:
    condition = system.conditions().get("Errors") or system.condition("Errors")
    body = {"condition_id": condition["id"], "provider": provider}
    return system.post(f"/pages/{pages[0]['id']}/ai-takeoff", body)["task_id"]


@provider
def test_a_rate_limit_is_a_retry_that_waits_as_long_as_it_was_told(
    system: System, pages: Pages, provider: str
) -> None:
    system.providers.moods.append(Mood(429, {"Retry-After": "3"}, ERROR))
    task_id = asked(system, pages, provider)
    listed = system.until(
        "RETRY in the list",
        lambda: task if (task := system.in_list(task_id)).get("status") == "RETRY" else None,
    )
    assert listed["retry"]["countdown_s"] == pytest.approx(3, abs=0.5)
    assert listed["retry"]["due_at"] is not None
    assert (listed["attempt"], listed["max_attempts"]) == (1, 4)
    assert listed["error"]["type"] == "takeoff.providers.errors.ProviderUnavailable"
    task = system.ended(task_id)
    assert (task["status"], task["attempt"]) == ("SUCCESS", 2)
    events = system.get(f"/tasks/{task_id}/events")["events"]
    (retrying,) = [each for each in events if each["type"] == "retrying"]
    again = [each for each in events if each["type"] == "started"][1]
    told = datetime.fromisoformat(retrying["due_at"])
    assert datetime.fromisoformat(again["recorded_at"]) >= told
    assert "FAILURE" not in system.statuses(task_id)


@provider
@pytest.mark.parametrize(
    "mood",
    [
        pytest.param(Mood(503, body=ERROR), id="503"),
        pytest.param(Mood(529, body=ERROR), id="529"),
        pytest.param(Mood(body='{"choices": [{"mes'), id="malformed"),
        pytest.param(Mood(body='{"choices": [], "content": []}'), id="refused schema"),
        pytest.param(Mood(silent=True), id="silence"),
    ],
)
def test_what_may_pass_is_tried_again(
    system: System, pages: Pages, provider: str, mood: Mood
) -> None:
    system.providers.moods.append(mood)
    task_id = asked(system, pages, provider)
    task = system.ended(task_id)
    assert (task["status"], task["attempt"]) == ("SUCCESS", 2), task
    assert "RETRY" in system.statuses(task_id)
    assert "FAILURE" not in system.statuses(task_id)


@provider
@pytest.mark.parametrize(("status", "said"), [(401, "key was rejected"), (400, "accepts images")])
def test_what_will_not_pass_fails_at_once_with_what_to_do(
    system: System, pages: Pages, provider: str, status: int, said: str
) -> None:
    system.providers.moods.append(Mood(status, body=ERROR))
    task = system.ended(asked(system, pages, provider))
    assert (task["status"], task["attempt"]) == ("FAILURE", 1)
    assert task["error"]["type"] == "takeoff.providers.errors.ProviderRefused"
    assert said in task["error"]["message"]


SEEN: dict[str, Any] = {
    "discipline": "structural", "page_type": None, "concrete_relevance": None,
    "confidence": 0.8, "evidence": [],
}  # fmt: skip


def classified(system: System, pages: Pages, provider: str) -> str:
    system.providers.answers["SeenSheet"] = SEEN
    return system.ask(f"/pages/{pages[0]['id']}/classify", {"provider": provider})


@provider
def test_classifying_by_vision_waits_as_long_as_a_rate_limit_says_and_tries_on(
    system: System, pages: Pages, provider: str
) -> None:
    moods = [Mood(429, {"Retry-After": "2"}, ERROR), Mood(529, body=ERROR), Mood(body="{")]
    system.providers.moods.extend(moods)
    task = system.ended(classified(system, pages, provider))
    assert (task["status"], task["attempt"], task["max_attempts"]) == ("SUCCESS", 4, 4), task
    events = system.get(f"/tasks/{task['task_id']}/events")["events"]
    first = next(each for each in events if each["type"] == "retrying")
    waited = datetime.fromisoformat(first["due_at"]) - datetime.fromisoformat(first["occurred_at"])
    assert waited.total_seconds() == pytest.approx(2, abs=0.5)
    assert "FAILURE" not in system.statuses(task["task_id"])
    assert task["result"]["discipline"] == "structural"


def test_classifying_fails_at_once_where_trying_again_does_not_help(
    system: System, pages: Pages
) -> None:
    system.providers.moods.append(Mood(401, body=ERROR))
    task = system.ended(classified(system, pages, "openai"))
    assert (task["status"], task["attempt"]) == ("FAILURE", 1)
    assert "key was rejected" in task["error"]["message"]
    by_text = system.ended(system.ask(f"/pages/{pages[0]['id']}/classify"))
    assert (by_text["status"], by_text["max_attempts"]) == ("SUCCESS", 1)


def test_one_failing_provider_is_told_of_in_its_column(system: System, pages: Pages) -> None:
    system.providers.answers["FoundElements"] = lambda asked: (
        NOTHING if asked.path.endswith("/messages") else {"elements": "none at all"}
    )
    condition = system.condition("Slab on grade")
    answer = system.post(
        f"/pages/{pages[1]['id']}/compare-providers", {"condition_id": condition["id"]}
    )
    task = system.ended(answer["task_id"])
    assert task["status"] == "SUCCESS", task
    assert system.steps(answer["task_id"]) == [
        (10, "Loading"),
        (20, "Asking local"),
        (40, "Asking openai"),
        (60, "Asking anthropic"),
        (90, "Compiling results"),
    ]
    columns = task["result"]["providers"]
    assert columns["local"]["elements"] == 1
    assert columns["openai"]["error"]["code"] == "provider_answer_unusable"
    assert columns["anthropic"]["elements"] == 0
    assert columns["anthropic"]["tokens"] == {"input": 900, "output": 80}
    assert columns["anthropic"]["model"] == "seer-a-1"
    listed = system.until("the list", lambda: system.in_list(answer["task_id"]))
    assert (listed["task_type"], listed["max_attempts"]) == ("provider_comparison", 1)
    assert system.measurements(pages[1]["id"], condition["id"]) == []


def test_the_providers_that_are_configured_are_listed(system: System) -> None:
    found = {each["name"]: each for each in system.get("/ai-takeoff/providers")["providers"]}
    assert [name for name in found if found[name]["configured"]] == ["local", "openai", "anthropic"]
    assert found["local"]["default"]


def test_the_key_is_in_nothing_that_was_stored_or_logged(system: System, pages: Pages) -> None:
    system.providers.moods.append(Mood(401, body=ERROR))
    task = system.ended(asked(system, pages, "anthropic"))
    assert "[key]" in task["error"]["message"], "the server did not echo the key"
    assert system.providers.asked[-1].key == KEY
    tables = system.sql(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables"
        " WHERE schemaname IN ('task_ledger', 'takeoff', 'public')"
    )
    for table in tables:
        rows = system.sql(f"SELECT t::text AS row FROM {table['name']} t")
        assert not [row for row in rows if KEY in row["row"]], table["name"]
    tracebacks = system.sql("SELECT t::text AS row FROM task_ledger.traceback t")
    assert any("ProviderRefused" in row["row"] for row in tracebacks), "no traceback was searched"
    assert KEY not in system.logs()
