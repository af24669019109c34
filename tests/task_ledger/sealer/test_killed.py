"""A sealer's process that is killed goes on when it is started again, and contradicts nothing."""

import random
import subprocess
import sys

from task_ledger.sealer.merkle import root_of
from task_ledger.sealer.status import seal_status
from tests.task_ledger.sealer import seal_until_killed
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


def test_a_sealer_that_is_killed_again_and_again_seals_one_log(log: Log) -> None:
    moments, checkpoints = random.Random(17), []
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-m", seal_until_killed.__name__, str(log.state.parent)],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            for _ in range(moments.randrange(3, 30)):
                assert process.stdout.readline() == b"sealed\n"
            # In the midst of a tick, as a rule: one takes longer than this.
            process.kill()
        checkpoints.append(log.checkpoint())
    ledger = Ledger()
    ledger.append("riverside", seal_status(log.state).events + 1)
    log.tick(ledger)
    leaves = log.leaves()
    assert [each.root for each in checkpoints] == [
        root_of(leaves[: each.size]) for each in checkpoints
    ]
    assert seal_status(log.state).unsealed == 0
