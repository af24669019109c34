"""Every event of a project can be proven on its own, from few digests of the ledger."""

from collections.abc import Iterable, Iterator

import pytest

from task_ledger.sealer.event_proofs import event_proofs
from task_ledger.sealer.leaf import event_leaf
from task_ledger.sealer.merkle import leaf_hash, verify_inclusion
from task_ledger.sealer.seal_file import NotSealed, project_seal
from task_ledger.sealer.source import Row, Stretch
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


class Counting(Ledger):
    """A ledger that counts the events that are read of it."""

    read = 0

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        for row in super().rows(stretches):
            self.read += 1
            yield row


def test_events_are_proven_wherever_they_stand_and_however_the_project_grew(log: Log) -> None:
    ledger = Counting()
    for count in (1, 254, 1, 1, 700, 3):
        ledger.append("riverside", count)
        log.tick(ledger)
    sealed = project_seal(log.state, log.store, "riverside")
    ledger.append("riverside", 300)
    with log.sealer(ledger) as sealer:
        sealer.tick()
    # What was sealed then is proven with what is known now.
    size, root = sealed["events"], bytes.fromhex(sealed["root"])
    assert size == 960
    for seq in (1, 255, 256, 257, 512, 768, 769, 959, 960):
        ledger.read = 0
        (proof,) = event_proofs(log.state, ledger, "riverside", size, [seq]).values()
        assert ledger.read <= 512
        (row,) = ledger.rows([Stretch("riverside", seq - 1, seq)])
        assert row.digest is not None
        leaf = leaf_hash(event_leaf("riverside", seq, row.task_id, row.version, row.digest))
        verify_inclusion(leaf, seq - 1, size, [bytes.fromhex(each) for each in proof], root)
    for seq in (0, 961):
        with pytest.raises(NotSealed):
            event_proofs(log.state, ledger, "riverside", size, [seq])
