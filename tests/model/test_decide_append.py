"""The model decides on each event as the database does: compared for every combination."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from model.spin import FOLDER
from tests.servers import Database

LIMIT = 2
"""Attempts that the model's task may have."""

VERDICT = """
SELECT task_ledger.decide_append(
    t.state::task_ledger.event_type, t.attempt,
    CASE WHEN t.claim > 0 THEN lpad(t.claim::text, 32, '0')::uuid END, t.cancel,
    now() + CASE WHEN t.due THEN interval '-1 h' ELSE interval '1 h' END, %(limit)s,
    t.type::task_ledger.event_type, t.for_attempt,
    CASE WHEN t.by_claim > 0 THEN lpad(t.by_claim::text, 32, '0')::uuid END, NULL, t.cancels)
FROM unnest(
    %(states)s::text[], %(attempts)s::integer[], %(claims)s::integer[], %(cancel)s::boolean[],
    %(due)s::boolean[], %(types)s::text[], %(for_attempts)s::integer[],
    %(by_claims)s::integer[], %(cancels)s::boolean[])
    WITH ORDINALITY AS t (
        state, attempt, claim, cancel, due, type, for_attempt, by_claim, cancels, n)
ORDER BY t.n"""


@dataclass(frozen=True)
class Decision:
    """What a model's line says: the last event, the one that asks, and the outcome."""

    state: str
    attempt: int
    claim: int
    cancel: bool
    due: bool
    type: str
    for_attempt: int
    by_claim: int
    cancels: bool
    outcome: str


def decided_by_the_model(tmp_path) -> list[Decision]:
    """All decisions of the model."""
    run = subprocess.run(
        ["spin", "-B", "-T", "decisions.pml"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    return [read(line.split()) for line in run.stdout.splitlines() if len(line.split()) == 10]


def read(words: list[str]) -> Decision:
    """One line of the model."""
    state, attempt, claim, cancel, due, kind, for_attempt, by_claim, cancels, outcome = words
    return Decision(
        state, int(attempt), int(claim), cancel == "1", due == "1",
        kind, int(for_attempt), int(by_claim), cancels == "1", outcome,
    )  # fmt: skip


def decided_by_the_database(owner: Connection[Any], of: list[Decision]) -> list[str]:
    """The database's outcome for each of them."""
    parameters: dict[str, Any] = {
        "limit": LIMIT,
        "states": [d.state for d in of],
        "attempts": [d.attempt for d in of],
        "claims": [d.claim for d in of],
        "cancel": [d.cancel for d in of],
        "due": [d.due for d in of],
        "types": [d.type for d in of],
        "for_attempts": [d.for_attempt for d in of],
        "by_claims": [d.by_claim for d in of],
        "cancels": [d.cancels for d in of],
    }
    rows = owner.execute(VERDICT, parameters).fetchall()
    return [outcome for (outcome,) in rows]


def compared(database: Database, decisions: list[Decision]) -> list[tuple[Decision, str]]:
    """Those of the decisions that the database makes otherwise, and how."""
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        outcomes = decided_by_the_database(owner, decisions)
    pairs = zip(decisions, outcomes, strict=True)
    return [(decision, outcome) for decision, outcome in pairs if decision.outcome != outcome]


@pytest.mark.usefixtures("spin")
def test_the_database_decides_as_the_model(database: Database, tmp_path: Path) -> None:
    decisions = [decision for decision in decided_by_the_model(tmp_path) if decision.by_claim > 0]
    outcomes = {decision.outcome for decision in decisions}
    assert outcomes == {"appended", "fenced", "illegal", "cancelled", "not_due", "exhausted"}
    assert compared(database, decisions) == []


@pytest.mark.usefixtures("spin")
def test_the_database_decides_on_ends_without_a_claim_as_the_model(
    database: Database, tmp_path: Path
) -> None:
    decisions = [decision for decision in decided_by_the_model(tmp_path) if decision.by_claim == 0]
    assert {decision.outcome for decision in decisions} >= {"appended", "fenced", "cancelled"}
    assert compared(database, decisions) == []
