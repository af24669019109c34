"""Malformed checkpoints, proofs and tiles: refused each, never accepted, and nothing crashes."""

import base64
import csv
import io
import json
import runpy
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.eventlog.export import COLUMNS, csv_row, exported
from task_ledger.eventlog.period import Period
from task_ledger.model.events import TaskEvent
from task_ledger.sealer.checkpoint import parse_checkpoint
from task_ledger.sealer.errors import InvalidNote, InvalidProof, InvalidTile, UnverifiedNote
from task_ledger.sealer.keys import SigningKey, open_note
from task_ledger.sealer.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from task_ledger.sealer.period_proof import period_proof
from task_ledger.sealer.proofs import consistency_proof, inclusion_proof, nodes_of
from task_ledger.sealer.seal_file import project_seal
from task_ledger.sealer.tiles import decode_bundle, decode_tile, encode_bundle
from tests.malformed.numbers import times
from tests.servers import quick_folder
from tests.task_ledger.legal_logs import logs
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log

CHECK = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "check_export.py"))
LEAVES = [leaf_hash(b"%d" % number) for number in range(100)]
READ = nodes_of(LEAVES)
KEY = SigningKey.generate("example.com/ledger")
TIMES = [f"2026-11-0{day}T00:00:00.000000Z" for day in range(1, 8)]
ROOT = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")


@st.composite
def altered(draw: st.DrawFn, data: bytes) -> bytes:
    """Octets with some of them replaced, removed, doubled or added."""
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, len(data)))
        last = draw(st.integers(first, min(len(data), first + 40)))
        data = (
            data[:first] + draw(st.binary(max_size=8) | st.just(data[first:last] * 2)) + data[last:]
        )
    return data


@st.composite
def altered_proof(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """A proof with hashes exchanged, replaced, removed, doubled, cut or added."""
    proof = list(proof)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(proof)))
        new = draw(
            st.lists(st.binary(min_size=31, max_size=33) | st.sampled_from(LEAVES), max_size=2)
        )
        proof[place : place + draw(st.integers(0, 2))] = new
    return proof


@times("checkpoints")
@given(st.data())
def test_an_altered_checkpoint_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 2**40))
    text = f"example.com/ledger\n{size}\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    note = f"{text}\n{KEY.sign(text).line()}".encode()
    other = data.draw(altered(note) | st.binary(max_size=200))
    try:
        found = open_note(other, (KEY.verifier,))[0]
        assert found.text == text
        assert parse_checkpoint(found.text).size == size
    except (InvalidNote, UnverifiedNote):
        pass
    with suppress(CHECK["BAD"]):
        # The offline verifier reads it as text.
        found = CHECK["read_checkpoint"](other.decode(errors="replace"), [KEY.verifier.encode()])
        assert found == (size, ROOT)


@times("proofs")
@given(st.data())
def test_an_altered_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 100))
    index = data.draw(st.integers(0, size - 1))
    root, old_root = root_of(LEAVES[:size]), root_of(LEAVES[:index])
    inclusion = inclusion_proof(index, size, READ)
    other = data.draw(altered_proof(inclusion))
    if other != inclusion:
        with pytest.raises(InvalidProof):
            verify_inclusion(LEAVES[index], index, size, other, root)
        with pytest.raises(CHECK["Misfit"]):
            CHECK["require_inclusion"](LEAVES[index], (index, size), other, root)
    consistency = consistency_proof(index, size, READ)
    other = data.draw(altered_proof(consistency))
    if other != consistency:
        with pytest.raises(InvalidProof):
            verify_consistency(index, size, other, old_root, root)
        if index:
            since = {"size": index, "proof": [each.hex() for each in other]}
            with pytest.raises(CHECK["Misfit"]):
                CHECK["require_extension"](index, old_root, size, root, since)
    # A size is bound to its root by the checkpoint, not by the proof: whatever is said, no crash.
    with suppress(InvalidProof):
        verify_consistency(
            data.draw(st.integers(-2, 200)), data.draw(st.integers()), other, old_root, root
        )


@times("tiles")
@given(st.data())
def test_an_altered_tile_or_bundle_is_refused_or_hashes_to_another_root(
    data: st.DataObject,
) -> None:
    entries = data.draw(st.lists(st.binary(max_size=30), min_size=1, max_size=8))
    width = len(entries)
    bundle = encode_bundle(entries)
    tile = b"".join(leaf_hash(entry) for entry in entries)
    root = root_of(map(leaf_hash, entries))
    other = data.draw(altered(bundle))
    try:
        found = decode_bundle(other, width)
        assert other == bundle or root_of(map(leaf_hash, found)) != root
    except InvalidTile:
        pass
    other = data.draw(altered(tile))
    with suppress(InvalidTile):
        assert other == tile or root_of(decode_tile(other, width)) != root


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Log, Ledger, str]]:
    """A log with a few checkpoints, and a project's seal."""
    with quick_folder(tmp_path_factory.mktemp("log")) as folder:
        log, ledger = Log(folder), Ledger()
        for number in range(4):
            for project_id in ("riverside", "harbour", "tower"):
                ledger.append(project_id, number)
            log.tick(ledger)
        yield log, ledger, json.dumps(project_seal(log.state, log.store, "riverside", since=5))


@st.composite
def altered_value(draw: st.DrawFn, value: Any) -> Any:
    """A JSON value of which something is another one."""
    if isinstance(value, dict) and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: draw(altered_value(value[name]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(altered_value(value[place])), *value[place + 1 :]]
    if isinstance(value, str) and draw(st.booleans()):
        return draw(altered(value.encode())).decode(errors="replace")
    if isinstance(value, int) and draw(st.booleans()):
        return value + draw(st.sampled_from([-1, 1, 2**70]))
    return draw(
        st.sampled_from([None, True, -1, 0, 1.5, "", "\ud800", [], {}, [None], "0" * 64, 10**30])
    )


@times("seals")
@given(data=st.data())
def test_an_altered_seal_is_refused_by_the_offline_verifier(
    sealed: tuple[Log, Ledger, str], data: st.DataObject
) -> None:
    log, ledger, text = sealed
    seal = json.loads(text)
    name = data.draw(st.sampled_from(sorted(seal)))
    other = {**seal, name: data.draw(altered_value(seal[name]))}
    assert accepted(log, ledger, seal)
    if accepted(log, ledger, other):
        # What was altered says nothing here: the proof since a log that nobody has kept, a
        # signature of another key, or the format's name.
        assert essence(other) == essence(seal)


def accepted(log: Log, ledger: Ledger, seal: dict[str, Any]) -> bool:
    given_ = SimpleNamespace(key=[log.vkeys[0].encode()], witness=[])
    sizes = [each for each in [seal.get("events")] if type(each) is int]
    export = CHECK["Export"](sizes)
    for task_id, version, digest in ledger.projects["riverside"]:
        event = {"project_id": "riverside", "task_id": task_id, "version": version}
        export.add({**event, "digest": digest.hex()})
    return CHECK["check_seal"](given_, seal, None, export)


@times("periods")
@given(data=st.data())
def test_an_altered_proof_of_a_period_is_refused_by_the_offline_verifier(
    sealed: tuple[Log, Ledger, str], data: st.DataObject
) -> None:
    log, ledger, text = sealed
    since, until = (datetime.fromisoformat(TIMES[each]) for each in (3, 4))
    period = Period(since, until, 2, 4)
    proof = period_proof(log.state, ledger, json.loads(text), period, {})
    name = data.draw(st.sampled_from(sorted(proof.keys() - {"before", "seal"})))
    other = {**proof, name: data.draw(altered_value(proof[name]))}
    assert accepted_period(log, ledger, proof)
    if accepted_period(log, ledger, other):
        # A time between those of the two events at an end, or no limit where the timeline ends.
        assert {**other, "format": 0, "since": 0, "until": 0} == {
            **proof, "format": 0, "since": 0, "until": 0,
        }  # fmt: skip


def accepted_period(log: Log, ledger: Ledger, proof: dict[str, Any]) -> bool:
    given_ = SimpleNamespace(key=[log.vkeys[0].encode()], witness=[])
    try:
        export = CHECK["PeriodExport"]([proof["seal"]["events"]], proof)
    except CHECK["BAD"]:
        return False
    for seq in (2, 3, 4):
        task_id, version, digest = ledger.projects["riverside"][seq - 1]
        event = {"project_id": "riverside", "task_id": task_id, "version": version}
        export.add({**event, "digest": digest.hex(), "recorded_at": TIMES[seq]})
    return CHECK["check_seal"](given_, proof["seal"], None, export)


def essence(seal: dict[str, Any]) -> list[Any]:
    names = "project_id", "project_key", "events", "root", "projects", "entry"
    return [*(seal[name] for name in names), seal["checkpoint"].partition("\n\n")[0]]


@times("exports")
@given(events=logs(), form=st.sampled_from(["ndjson", "csv"]), data=st.data())
def test_an_altered_export_is_refused_by_the_offline_verifier(
    tmp_path: Path, events: list[TaskEvent], form: str, data: st.DataObject
) -> None:
    out = io.StringIO(newline="")
    if form == "csv":
        csv.writer(out).writerows([COLUMNS, *map(csv_row, events)])
    else:
        out.write("".join(json.dumps(exported(event)) + "\n" for event in events))
    path = tmp_path / "export"
    path.write_bytes(data.draw(altered(out.getvalue().encode())))
    with redirect_stdout(io.StringIO()):
        try:
            fits = CHECK["check_events"](path, {}, CHECK["Export"]([]), one_project=False)
        except SystemExit:
            fits = False
    if fits:
        # A cut end, or what is no part of a value: whatever it accepts is as it was.
        known = [{"seq": None, **exported(event)} for event in events]
        assert all(CHECK["event_of"](each) in known for _, each in CHECK["records"](path, {}))
