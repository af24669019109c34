"""The sealer: reads the ledger and signs that it extends the sealed log."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import structlog

from task_ledger.sealer.access_tree import read_access_log
from task_ledger.sealer.alarms import clear_alarm, raise_alarm, standing_projects
from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.closing import Closing
from task_ledger.sealer.cosigning import cosign
from task_ledger.sealer.entries import Entry, Keys, Retired, Schema, encode_entry
from task_ledger.sealer.errors import (
    InvalidNote,
    KeyFileError,
    SealRefused,
    StoreConflict,
    StoreUnavailable,
    UnverifiedNote,
)
from task_ledger.sealer.head_log import (
    append_entries,
    head_checkpoint,
    mark_published,
    publish_entries,
    published_size,
    remove_partial,
)
from task_ledger.sealer.keys import Signer, open_note, parse_vkey
from task_ledger.sealer.note import Note, parse_note
from task_ledger.sealer.project_trees import read_on, seal_projects
from task_ledger.sealer.recheck import examine, recheck
from task_ledger.sealer.source import Source
from task_ledger.sealer.state import State, StateLock
from task_ledger.sealer.store import CHECKPOINT, Store
from task_ledger.sealer.witness_client import Witness

log = structlog.get_logger()

GetSigners: TypeAlias = Callable[[datetime], Sequence[Signer]]
"""Returns the keys that sign at a time; for example `partial(read_key_file, path)`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one tick.

    Attributes:
        read: approximate maximum of new events.
        recheck: approximate maximum of old events to re-read. A whole cycle takes (events of the
            ledger / recheck) ticks: 20,000 every 10 s are 7.2 million an hour.
        cover_every_s: seconds after which every project is sealed again, even without new events,
            so that a much older seal can be recognised as outdated.
    """

    read: int = 200_000
    recheck: int = 20_000
    cover_every_s: int = 3600


@dataclass(frozen=True, slots=True)
class Tick:
    """The result of a tick.

    Attributes:
        standby: another sealer holds the state's lock; nothing was done.
        read: number of new events.
        rechecked: number of old events re-read.
        checkpoint: the signed and published checkpoint; None if nothing had happened.
    """

    standby: bool = False
    read: int = 0
    rechecked: int = 0
    checkpoint: Checkpoint | None = None


class Sealer(Closing):
    """Seals one ledger into one log. If several sealers share a state, the first one to tick is
    active until it is closed or its process ends; the others stand by.

    Args:
        state: the file created by `create_state`.
        signers: returns the keys; called at each tick, so a rotation needs no restart.
        witnesses: asked for cosignatures, one after the other.
        clock: POSIX seconds.
    """

    def __init__(
        self,
        state: Path,
        source: Source,
        store: Store,
        signers: GetSigners,
        *,
        witnesses: Sequence[Witness] = (),
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = state
        self._source = source
        self._store = store
        self._signers = signers
        self._witnesses = tuple(witnesses)
        self._limits = limits
        self._clock = clock
        self._lock = StateLock(state)
        self._state: State | None = None
        self._witnesses_asked = False

    def close(self) -> None:
        """Release the state to other sealers."""
        if self._state is not None:
            self._state.close()
            self._state = None
        self._lock.release()

    def tick(self) -> Tick:
        """Read new events, check them, and seal changed projects. Call it every 10 s.

        Can be killed at any point; a later tick completes the work.

        Raises:
            SealRefused: the stored log does not extend the sealed one. Nothing is signed until it
                does again; the alarm is kept in the state.
            KeyFileError, StateUnavailable, StoreUnavailable, LedgerUnavailable: try again.
        """
        if not self._lock.take():
            return Tick(standby=True)
        if self._state is None:
            self._state = State(self._path)
        state, now = self._state, int(self._clock())
        try:
            return self._tick(state, now)
        except StoreConflict as conflict:
            refusal = SealRefused(f"{conflict}: another sealer writes to the same store")
            self._refuse(state, refusal, now)
            raise refusal from conflict
        except SealRefused as refusal:
            self._refuse(state, refusal, now)
            raise

    def _tick(self, state: State, now: int) -> Tick:
        signers = self._signers(datetime.fromtimestamp(now, UTC))
        if not signers or any(each.verifier.name != state.origin for each in signers):
            raise KeyFileError(f"the keys are not those of the log {state.origin}")
        self._check_store(state, signers)
        self._ask_witnesses(state)
        for project_id, _ in standing_projects(state):
            examine(state, self._source, project_id)
            clear_alarm(state, project_id, now)
            log.warning("seal.fits_again", project_id=project_id)
        read = read_on(state, self._source, self._limits.read)
        rechecked = recheck(state, self._source, self._limits.recheck, now)
        begun = self._publish(state, signers, now)  # by an interrupted tick
        self._append(state, signers, now)
        checkpoint = self._publish(state, signers, now) or begun
        clear_alarm(state, None, now)
        if checkpoint is not None:
            log.info("seal.sealed", size=checkpoint.size, events=read)
        return Tick(read=read, rechecked=rechecked, checkpoint=checkpoint)

    def _refuse(self, state: State, refusal: SealRefused, now: int) -> None:
        log.error("seal.refused", project_id=refusal.project_id, reason=refusal.reason)
        raise_alarm(state, refusal, now)

    def _check_store(self, state: State, signers: Sequence[Signer]) -> None:
        """Refuse unless the published checkpoint is the state's last one."""
        head = head_checkpoint(state)
        published, note = state.one("SELECT published, note FROM head")
        data = self._store.read(CHECKPOINT)
        if data is None:
            if published:
                raise SealRefused(
                    f"the store has no checkpoint, and {published} entries were published: put"
                    " the store back, or open a new log"
                )
            return
        if data == note:
            return
        keys = {parse_vkey(vkey) for vkey in state.fact("keys").decode().split()}
        keys |= {each.verifier for each in signers}
        try:
            found = parse_checkpoint(open_note(data, tuple(keys))[0].text)
        except (InvalidNote, UnverifiedNote) as error:
            raise SealRefused(f"the store's checkpoint is not of this log: {error}") from error
        known = [head] if note is None else [head, parse_checkpoint(parse_note(note).text)]
        if found in known:
            return
        if found.size > head.size:
            raise SealRefused(
                f"{found.size} entries are published, and the state knows of {head.size}: the"
                " state is an older one; put the newest back, or open a new log"
            )
        raise SealRefused(
            f"the store's checkpoint over {found.size} entries is not the last one that was"
            f" published, over {published}: the store is an older one or another one"
        )

    def _ask_witnesses(self, state: State) -> None:
        """Before signing, refuse if a witness has cosigned more entries than the state has."""
        (note,) = state.one("SELECT note FROM head")
        if not self._witnesses_asked and note is not None:
            cosign(state, self._store, self._witnesses, note)
        self._witnesses_asked = True

    def _append(self, state: State, signers: Sequence[Signer], now: int) -> None:
        (covered_at,) = state.one("SELECT covered_at FROM head")
        everything = now - covered_at >= self._limits.cover_every_s
        entries: list[Entry] = []
        facts: dict[str, bytes] = {}
        vkeys = tuple(each.verifier.encode() for each in signers)
        if (written := "\n".join(vkeys).encode()) != state.fact("keys"):
            entries.append(Keys(now, vkeys))
            facts["keys"] = written
        if everything and (schema := self._source.schema()) != state.fact("schema"):
            entries.append(Schema(now, schema))
            facts["schema"] = schema
        known = state.fact("retired").split()
        for bucket, events, root in self._source.retired():
            if str(bucket).encode() not in known:
                entries.append(Retired(now, bucket, events, root))
                known.append(str(bucket).encode())
                facts["retired"] = b" ".join(known)
        accesses = read_access_log(state, self._source, everything=everything)
        if accesses is not None:
            entries.append(accesses.entry(now))
        with state.transaction():
            waiting = [row[0] for row in state.all("SELECT entry FROM waiting ORDER BY number")]
            first = append_entries(state, [*waiting, *map(encode_entry, entries)])
            number = first + len(waiting) + len(entries)
            projects = seal_projects(state, number, now, everything=everything)
            if projects is not None:
                append_entries(state, [encode_entry(projects)])
            if accesses is not None:
                accesses.keep(state)
            state.execute("DELETE FROM waiting")
            for name, value in facts.items():
                state.set_fact(name, value)
            if everything:
                state.execute("UPDATE head SET covered_at = ?", now)

    def _publish(self, state: State, signers: Sequence[Signer], now: int) -> Checkpoint | None:
        checkpoint, before = head_checkpoint(state), published_size(state)
        if checkpoint.size == before:
            return None
        publish_entries(state, self._store)
        text = checkpoint.text()
        note = Note(text, tuple(each.sign(text) for each in signers))
        cosignatures = cosign(state, self._store, self._witnesses, note.encode())
        note = Note(text, (*note.signatures, *cosignatures))
        self._store.replace_checkpoint(note.encode())
        mark_published(state, checkpoint.size, note.encode(), now)
        try:
            remove_partial(self._store, before, checkpoint.size)
        except StoreUnavailable as error:
            log.warning("seal.partial_tiles_left", reason=str(error))
        return checkpoint


def add_entry(state: Path, entry: Entry) -> None:
    """Add an entry (a retired month, an erasure) to the next checkpoint.

    Raises:
        StateUnavailable, InvalidEntry.
    """
    data = encode_entry(entry)
    opened = State(state)
    try:
        opened.execute("INSERT INTO waiting (entry) VALUES (?)", data)
    finally:
        opened.close()
