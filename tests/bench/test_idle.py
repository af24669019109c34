"""An idle system rests: it sends few statements, and each process is measured."""

import pytest

from bench.idle import run
from bench.servers import STATEMENTS, servers

PROCESSES = ("api", "projector", "sealer", "notifier", "worker", "PostgreSQL")


@pytest.mark.slow
def test_an_idle_system_sends_at_most_60_statements_a_second() -> None:
    with servers(STATEMENTS) as running:
        rows = {row.name: row.ours for row in run.measure(running, True)}
    statements = rows["idle, statements of all processes"]
    by_role = {name: rate for name, rate in rows.items() if name.startswith("idle, statements as")}
    assert by_role["idle, statements as task_ledger_projector"] > 0
    assert statements == pytest.approx(sum(by_role.values()), abs=0.01)
    assert statements <= 60, rows
    shares = {name: rows[f"idle, CPU of {name}"] for name in PROCESSES}
    own = sum(share for name, share in shares.items() if name != "PostgreSQL")
    assert rows["idle, CPU of all processes"] == pytest.approx(own, abs=0.01)
