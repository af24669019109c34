"""Witnesses cosign what extends what they have seen, and show a state that is too old."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from task_ledger.sealer.errors import InvalidNote, SealRefused
from task_ledger.sealer.keys import open_note, timestamp_of
from task_ledger.sealer.witness import parse_add_checkpoint, parse_conflict
from task_ledger.sealer.witness_client import Witness
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log
from tests.task_ledger.sealer.witnesses import SEEN_AT, WitnessServer, served

# From C2SP tlog-witness, section "add-checkpoint".
REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()  # noqa: E501


@pytest.fixture
def server(log: Log) -> WitnessServer:
    """A witness that knows the log and has seen nothing of it."""
    return WitnessServer(log.vkeys[0])


@pytest.fixture
def witness(server: WitnessServer) -> Iterator[Witness]:
    """The witness, as the sealer asks it."""
    with served(server) as witness:
        yield witness


def cosigned_at(log: Log, witness: Witness) -> list[int]:
    """The times of the witness's cosignatures of the published checkpoint."""
    keys = (*log.vkeys, witness.key)
    note, _ = open_note((log.public / "checkpoint").read_bytes(), keys)
    return [timestamp_of(each.signature) for each in note.signatures if witness.key.made(each)]


def test_the_specification_s_request_is_read_and_written() -> None:
    request = parse_add_checkpoint(REQUEST)
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert request.note.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert request.encode() == REQUEST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n\n"[:-1],
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"size 1\n\nnote",
        b"old 1\nxx\n\nnote",
        b"old 1\n" + base64.b64encode(bytes(31)) + b"\n\nnote",
        b"old 1\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\nnote",
        b"old 1\n\xff\n\nnote",
    ],
)
def test_an_invalid_request_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidNote):
        parse_add_checkpoint(body)


def test_a_conflict_names_a_size_in_one_line() -> None:
    assert parse_conflict(b"20852163\n") == 20852163
    for body in (b"", b"7", b"07\n", b"7\n7\n", b"seven\n"):
        with pytest.raises(InvalidNote):
            parse_conflict(body)


def test_every_checkpoint_is_cosigned(
    log: Log, ledger: Ledger, server: WitnessServer, witness: Witness
) -> None:
    with log.sealer(ledger, witnesses=[witness]) as sealer:
        for number in range(1, 6):
            ledger.append("riverside", number)
            sealer.tick()
            assert cosigned_at(log, witness) == [SEEN_AT]
            assert server.last == log.checkpoint()
    assert server.requests == 5


def test_a_witness_that_knows_another_size_is_asked_again_from_there(
    log: Log, ledger: Ledger, server: WitnessServer, witness: Witness
) -> None:
    log.tick(ledger, witnesses=[witness])
    for _ in range(3):
        ledger.append("riverside")
        log.tick(ledger)
    log.tick(ledger, witnesses=[witness])
    assert server.last == log.checkpoint()
    new = WitnessServer(log.vkeys[0])
    with served(new) as second:
        ledger.append("riverside")
        log.tick(ledger, witnesses=[witness, second])
        assert (new.last, len(cosigned_at(log, second))) == (log.checkpoint(), 1)


def test_a_late_witness_is_not_waited_for_and_asked_again(
    log: Log, ledger: Ledger, server: WitnessServer
) -> None:
    with served(server, timeout_s=0.2) as witness:
        server.awake.clear()
        assert log.tick(ledger, witnesses=[witness]) == log.checkpoint()
        assert cosigned_at(log, witness) == []
        server.awake.set()
        ledger.append("riverside")
        log.tick(ledger, witnesses=[witness])
        assert cosigned_at(log, witness) == [SEEN_AT]


@pytest.mark.parametrize(
    "says",
    [
        (200, b""),
        (200, b"\xff\xfe"),
        (200, "— witness.example/w1 AAAAAAAAAAAAAAAA\n".encode()),
        (409, b"many\n"),
        (409, b"3\n"),
        (403, b""),
        (500, b"x" * 200_000),
    ],
)
def test_the_log_is_sealed_whatever_a_witness_answers(
    log: Log, ledger: Ledger, server: WitnessServer, witness: Witness, says: tuple[int, bytes]
) -> None:
    server.says = says
    assert log.tick(ledger, witnesses=[witness]) == log.checkpoint()
    assert cosigned_at(log, witness) == []


def test_a_cosignature_of_something_else_is_not_published(
    log: Log, ledger: Ledger, server: WitnessServer, witness: Witness
) -> None:
    server.says = 200, server.cosignature("example.com/ledger\n4\n")
    assert log.tick(ledger, witnesses=[witness]) == log.checkpoint()
    assert b"witness.example" not in (log.public / "checkpoint").read_bytes()


def test_an_unreachable_witness_does_not_stop_the_log(
    log: Log, ledger: Ledger, server: WitnessServer
) -> None:
    with served(server) as away:
        pass
    assert log.tick(ledger, witnesses=[away]) == log.checkpoint()


def test_a_witness_shows_that_state_and_store_are_older_ones_before_anything_is_signed(
    log: Log, ledger: Ledger, server: WitnessServer, witness: Witness, folder: Path
) -> None:
    log.tick(ledger, witnesses=[witness])
    shutil.copy(log.state, folder / "state")
    shutil.copytree(log.public, folder / "older")
    ledger.append("riverside")
    log.tick(ledger, witnesses=[witness])
    shutil.copy(folder / "state", log.state)
    shutil.rmtree(log.public)
    shutil.copytree(folder / "older", log.public)
    before, seen = log.checkpoint(), server.last
    log.now += 60
    with pytest.raises(SealRefused, match="the state and the store are older ones"):
        log.tick(ledger, witnesses=[witness])
    assert (log.checkpoint(), server.last) == (before, seen)


def test_a_witness_needs_an_address_and_a_key_for_cosignatures(server: WitnessServer) -> None:
    with pytest.raises(ValueError, match="http"):
        Witness("file:///etc/passwd", server.vkey)
    with pytest.raises(ValueError, match="type 4"):
        Witness("https://witness.example", server._key.verifier)
