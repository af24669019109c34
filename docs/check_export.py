"""Checks an export of Task Ledger's event log, alone or against a seal.

    python check_export.py EXPORT
    python check_export.py EXPORT --key VKEY --checkpoint SEAL [--kept SEAL] [--witness VKEY]
    python check_export.py FOLDER --key VKEY

EXPORT is what `task-ledger export` wrote, as NDJSON or CSV, or events.ndjson of an evidence pack;
FOLDER is a project's folder in the archive of a retired month, which has its seal in it; SEAL is
the JSON document with the project's seal, or with the proof of a part of a project: of one task, or
of a period. Needs Python 3.11 or newer and nothing else. Names what does not fit, and ends with
status 1 if anything does not.

Read it from the bottom: `check_events` checks the events one by one, `check_seal` goes from them up
to the signed checkpoint, and what they need stands above. See docs/digest.md and docs/audit.md.
"""

import argparse
import base64
import csv
import gzip
import hmac
import json
import re
import sys
import zlib
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path

NONE = type(None)
TEXT = ("task_id", "project_id", "type", "actor", "occurred_at", "recorded_at", "state")
WHOLE = ("version", "shard", "feed", "schema_version", "attempt")
COLUMNS = dict.fromkeys((*TEXT, "data_text", "digest"), (str,)) | dict.fromkeys(WHOLE, (int,))
COLUMNS |= {"max_attempts": (int, NONE), "claim": (str, NONE), "due_at": (str, NONE)}
COLUMNS |= {"cancel_requested": (bool,)}
ERASED = "[12] [0-9a-f]{64}"
PRIVATE = dict.fromkeys(("private_text", "salt", "erased"))
PERIOD = "since", "until"
COLUMNS |= dict.fromkeys(PRIVATE, (str, NONE)) | {"seq": (int, NONE)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Misfit(ValueError):
    """Something does not fit; the message names it."""


BAD = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
BAD = (*BAD, IndexError, EOFError, MemoryError, csv.Error, zlib.error)


# Events and their chains: docs/digest.md.
def time_of(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def seconds(text):
    micros = (time_of(text) - EPOCH) // timedelta(microseconds=1)
    return f"{'-' * (micros < 0)}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06d}"


def texts(event):
    """The encoding of an event, and the hashes of its texts: what an erasure left, or computed."""
    clear = sha256(event["data_text"].encode()).hexdigest()
    if event["erased"]:
        encoding, kept = event["erased"].split(" ")
        return encoding, [kept] if encoding == "1" else [clear, kept]
    if event["private_text"] is None:
        return "1", [clear]
    salted = bytes.fromhex(event["salt"]) + event["private_text"].encode()
    return "2", [clear, sha256(salted).hexdigest()]


def digest(before, event):
    encoding, hashes_of_texts = texts(event)
    lines = [f"task-ledger {encoding}", before or "-", event["task_id"], event["version"]]
    lines += [len(event["project_id"].encode()), event["project_id"], event["shard"]]
    lines += [event["feed"], event["type"], event["schema_version"]]
    lines += [len(event["actor"].encode()), event["actor"]]
    lines += [seconds(event["occurred_at"]), seconds(event["recorded_at"]), event["state"]]
    late = event["max_attempts"], event["claim"]
    lines += [event["attempt"], *("-" if each is None else each for each in late)]
    lines += ["t" if event["cancel_requested"] else "f"]
    lines += ["-" if event["due_at"] is None else seconds(event["due_at"])]
    lines += hashes_of_texts
    return sha256("\n".join(map(str, lines)).encode()).hexdigest()


def misfit(last, event):  # noqa: PLR0911
    typed = all(type(event[name]) in types for name, types in COLUMNS.items())
    words = f"{event['task_id']}{event['type']}{event['state']}{event['claim']}"
    if "\n" in words or not typed or len(event) != len(COLUMNS):
        return "its columns are not those of an event, each of its type"
    private, salt, erased = (event[name] for name in PRIVATE)
    salted = re.fullmatch("[0-9a-f]{32}", salt or "") if private is not None else salt is None
    if not salted or (erased is not None and (salt or not re.fullmatch(ERASED, erased))):
        return "its private text, its salt and the mark of its erasure do not go together"
    expected = last["version"] + 1 if last else 1
    if event["version"] != expected:
        return f"version {expected} is missing before it"
    if digest(last and last["digest"], event) != event["digest"]:
        return "its digest does not fit its columns and the event before"
    if event["shard"] != sha256(event["project_id"].encode()).digest()[0] & 15:
        return "its shard is not that of its project"
    if last and event["recorded_at"] < last["recorded_at"]:
        return "it was recorded before the event before it"
    return last and event["project_id"] != last["project_id"] and "its project is another one"


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands in it twice")
    return dict(pairs)


def archive_of(path):
    """What describes a folder of an archive; empty for an export."""
    if not Path(path).is_dir():
        return {}
    found = json.loads(Path(path, "archive.json").read_bytes(), object_pairs_hook=once)
    if found["format"] != "task-ledger archive 1":
        raise Misfit("it is no archive of this format")
    return found


def records(path, archive):
    """The lines of an export, each with its number: text, or a row of a CSV export."""
    if archive:
        names = [Path(file["name"]).name for file in archive["files"] if file["kind"] == "events"]
        packed = (Path(path, name).read_bytes() for name in names)
        files = (gzip.decompress(data).decode() for data in packed)
        yield from enumerate((line for text in files for line in text.split("\n")[:-1]), start=1)
        return
    with open(path, encoding="utf-8", newline="") as file:
        form, _ = file.read(1), file.seek(0)
        if form != "t":
            yield from enumerate(file, start=1)
            return
        rows = csv.DictReader(file, strict=True)
        yield from ((rows.line_num, row) for row in rows)


def event_of(record):
    if isinstance(record, str):
        return PRIVATE | {"seq": None} | json.loads(record, object_pairs_hook=once)
    event: dict = dict.fromkeys(PRIVATE, "") | {"seq": ""} | dict(record)
    for name, types in COLUMNS.items():
        event[name] = event[name].removeprefix("'")
        if NONE in types and event[name] == "":
            event[name] = None
        elif int in types:
            event[name] = int(event[name])
    event["cancel_requested"] = {"True": True, "False": False}[event["cancel_requested"]]
    return event


# Trees and their proofs: RFC 6962, section 2.1; RFC 9162, sections 2.1.3.2 and 2.1.4.2.
def leaf_hash(data):
    return sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return sha256(b"\x01" + left + right).digest()


def grown(edge, size, level, node):
    """The right edge of a tree of `size` leaves, and its size, with a subtree of 2**level more."""
    edge, above = list(edge), size >> level
    while above & 1:
        node, above = node_hash(edge.pop(), node), above >> 1
    return [*edge, node], size + (1 << level)


def root_of(edge):
    node = edge[-1] if edge else sha256(b"").digest()
    for left in reversed(edge[:-1]):
        node = node_hash(left, node)
    return node


def climb(number, last, starts, proof):
    """From a place up to the root; `starts` are the node there in an old and in the new tree."""
    old, new = starts
    for sibling in proof:
        if not last:
            raise Misfit("it is too long")
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise Misfit("it is too short")
    return old, new


def require_inclusion(leaf, place, proof, root):
    index, size = place
    if not 0 <= index < size:
        raise Misfit(f"of {size} there is no number {index}")
    if climb(index, size - 1, (leaf, leaf), proof)[1] != root:
        raise Misfit("it leads to another root")


def require_extension(old_size, old_root, size, root, since):
    if old_size in (0, size):
        if old_size and old_root != root:
            raise Misfit("two logs of the same size have different roots")
        return
    if old_size > size or since["size"] != old_size:
        raise Misfit(f"from {old_size} to {size} entries there is no proof; ask for a seal with it")
    proof = hashes(since["proof"])
    nodes = ([old_root] if not old_size & (old_size - 1) else []) + proof
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    if not proof or climb(number, last, (nodes[0], nodes[0]), nodes[1:]) != (old_root, root):
        raise Misfit("the proof that the log extends the one that was kept leads elsewhere")


# Signatures: Ed25519 as in RFC 8032, section 5.1.7, with points as in section 5.1.4.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point_sum(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = point_sum(total, point)
        point, number = point_sum(point, point), number >> 1
    return total


def point_of(octets):
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (not x and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    """Whether `signature` is of `message` by the key `public`."""
    key, random = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or random is None or scalar >= ORDER or len(signature) != 64:
        return False
    challenge = sha512(signature[:32] + public + message).digest()
    right = point_sum(random, point_times(int.from_bytes(challenge, "little") % ORDER, key))
    left = point_times(scalar, BASE)
    return not any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))


# Signed notes, checkpoints and cosignatures: C2SP signed-note, tlog-checkpoint, tlog-cosignature.
def signatures_of(note, vkey, kind):
    """A note's text, and a key's name, octets and signatures of it; kind 4 is a witness's key."""
    name, key_id, data = vkey.split("+", 2)
    data = base64.b64decode(data, validate=True)
    fits = sha256(name.encode() + b"\n" + data).hexdigest()[:8] == key_id
    if not fits or len(data) != 33 or data[0] != kind:
        raise Misfit(f"{vkey} is no key of a {'log' if kind == 1 else 'witness'}")
    text, lines = note.rsplit("\n\n", 1)
    found = re.findall(rf"^— {re.escape(name)} (\S+)$", lines, re.MULTILINE)
    decoded = [base64.b64decode(each, validate=True) for each in found]
    mine = [each[4:] for each in decoded if each[:4].hex() == key_id]
    return f"{text}\n", name, data[1:], mine


def read_checkpoint(note, vkeys):
    """Size and root of a checkpoint, once one of the log's keys is found to have signed it."""
    for vkey in vkeys:
        text, name, public, mine = signatures_of(note, vkey, 1)
        if not all(signed(public, text.encode(), each) for each in mine):
            raise Misfit(f"the signature of the checkpoint by {name} does not fit")
        if mine:
            origin, size, root = text.splitlines()[:3]
            if origin != name or str(int(size)) != size:
                raise Misfit(f"the checkpoint is not of the log {name}")
            return int(size), base64.b64decode(root, validate=True)
    raise Misfit("no key that was given has signed the checkpoint")


def cosigned(note, vkey):
    """When the witness cosigned a checkpoint."""
    text, name, public, mine = signatures_of(note, vkey, 4)
    for each in mine:
        time = int.from_bytes(each[:8], "big")
        if signed(public, f"cosignature/v1\ntime {time}\n{text}".encode(), each[8:]):
            return datetime.fromtimestamp(time, UTC)
    raise Misfit(f"the witness {name} has not cosigned the checkpoint")


# Seals: docs/audit.md.
def hashes(texts):
    if any(not re.fullmatch("[0-9a-f]{64}", text) for text in texts):
        raise Misfit("a hash in it is not 64 hex digits")
    return [bytes.fromhex(text) for text in texts]


def event_leaf(event, number):
    project = event["project_id"]
    lines = ["task-ledger leaf 1", len(project.encode()), project, number]
    lines += [event["task_id"], event["version"], event["digest"]]
    return leaf_hash("\n".join(map(str, lines)).encode())


def seal_of(path) -> dict:
    """A seal, or what was kept from last time: a seal, or a checkpoint alone; empty without any."""
    text = Path(path).read_bytes().decode() if path else ""
    found = json.loads(text, object_pairs_hook=once) if text[:1] == "{" else {}
    return found or ({"checkpoint": text} if path else {})


class Export:
    """An export as it was read: its project, and of the tree over its events the roots that it had
    at some sizes and its right edge. Of a task's events, the leaves that have `places` in it."""

    def __init__(self, sizes, places=None):
        self.first, self.size, self.edge, self.project, self.places = 1, 0, [], None, places
        self.roots, self.before = dict.fromkeys(sizes, root_of([])), {}

    def number(self):
        """The number in the timeline that the next event must have; of a task, if it is proven."""
        if self.places is None:
            return self.size + 1
        return self.places[self.size]["seq"] if self.size < len(self.places) else None

    def add(self, event):
        self.project = event["project_id"]
        if self.places is not None:
            self.edge += [event_leaf(event, at["seq"]) for at in self.places[self.size :][:1]]
            self.size += 1
            return
        leaf = event_leaf(event, self.size + 1)
        self.edge, self.size = grown(self.edge, self.size, 0, leaf)
        if self.size in self.roots:
            self.roots[self.size] = root_of(self.edge)

    def require_prefix(self, seal):
        """The first events are those that were sealed. Returns how many are, and how many not."""
        size, (root,) = seal["events"], hashes([seal["root"]])
        if self.places is not None:
            if self.size < len(self.places):
                raise Misfit(f"the export has {self.size} of the {len(self.places)} proven events")
            for leaf, place in zip(self.edge, self.places, strict=True):
                require_inclusion(leaf, (place["seq"] - 1, size), hashes(place["proof"]), root)
            return f"{len(self.edge)} events, each by its proof", self.size - len(self.edge)
        if self.size < size:
            raise Misfit(f"the export ends at number {self.size}, and {size} are sealed")
        if self.roots[size] != root:
            raise Misfit(f"numbers 1 to {size} are not the events that were sealed")
        return f"numbers 1 to {size}", self.size - size

    def require_kept(self, kept):
        """The project's events in a seal that was kept are the first ones. Returns what to say."""
        if self.places is None:
            self.require_prefix(kept)
        return []


class PeriodExport(Export):
    """The export of a period: the numbers of a timeline from one event before it to one after it,
    so that both ends can be seen. The tree gets the roots over the numbers before and after them.
    """

    def __init__(self, sizes, proof):
        super().__init__(sizes)
        self.first, self.last = proof["first"], proof["last"]
        if not 1 <= self.first <= self.last <= proof["seal"]["events"]:
            raise Misfit("the numbers of the period are not among those that are sealed")
        self.since, self.until = (proof[each] and time_of(proof[each]) for each in PERIOD)
        self.size, self.edge, self.right = self.first - 1, hashes(proof["left"]), proof["right"]
        if len(self.edge) != self.size.bit_count():
            raise Misfit(f"the proof has another number of roots than those before {self.first}")
        if self.size in self.roots:
            self.roots[self.size] = root_of(self.edge)
        self.within, self.recorded, self.end = 0, None, []
        for task, (version, known) in proof["before"].items():
            named = {"version": version, "digest": known, "recorded_at": ""}
            self.before[task] = named | {"project_id": proof["seal"]["project_id"]}

    def add(self, event):
        super().add(event)
        if self.size <= self.last:
            at, self.end = time_of(event["recorded_at"]), self.edge
            self.recorded = (self.recorded or [at])[0], at
            self.within += (self.since or at) <= at and (not self.until or at < self.until)

    def require_ends(self, sealed):
        """The export has every number of the period, and one before it and one after it."""
        numbers = f"numbers {self.first} to {self.last}"
        if self.size < self.last:
            raise Misfit(f"the export ends at number {self.size}, the proof is of {numbers}")
        if self.last < sealed and self.size > self.last:
            raise Misfit(f"the export goes on to number {self.size}, the proof is of {numbers}")
        begins, ends = self.recorded or (None, None)
        if self.first > 1 and not (self.since and begins and begins < self.since):
            raise Misfit(f"number {self.first} was not recorded before the period began")
        if self.last < sealed and not (self.until and ends and ends >= self.until):
            raise Misfit(f"number {self.last} was recorded before the period ended")
        return numbers

    def require_prefix(self, seal):
        """The numbers of the period are those that were sealed, and none of it is left out."""
        sealed, edge, size = seal["events"], self.end, self.last
        numbers = self.require_ends(sealed)
        for node in hashes(self.right):
            level = min((size & -size).bit_length(), (sealed - size).bit_length()) - 1
            edge, size = grown(edge, size, max(level, 0), node)
        if (size, root_of(edge)) != (sealed, *hashes([seal["root"]])):
            raise Misfit(f"{numbers} are not the events that were sealed")
        said = f"from {self.since or 'the first'} to {self.until or 'the last'}"
        words = f"{numbers} of {sealed}, of which {self.within} were recorded {said}"
        return words, self.size - self.last

    def require_kept(self, kept):
        """As `Export`, where the kept seal ends within the period."""
        if kept["events"] not in range(self.first - 1, self.last + 1):
            return [
                "the seal that was kept ends outside of the period: its events are not compared"
            ]
        if self.roots[kept["events"]] != hashes([kept["root"]])[0]:
            raise Misfit(f"numbers up to {kept['events']} are not the events that were sealed")
        return []


class SparseExport(Export):
    """What was archived of a project, or what is left of it when months have left. Over the events
    between, the tree gets the `others`: (first leaf, level, node)."""

    def __init__(self, sizes, others):
        super().__init__(sizes)
        self.found, self.others = 0, others[::-1]

    def skip(self):
        while self.others and self.others[-1][0] == self.size:
            _, level, node = self.others.pop()
            self.edge, self.size = grown(self.edge, self.size, level, *hashes([node]))
            if self.size in self.roots:
                self.roots[self.size] = root_of(self.edge)

    def number(self):
        self.skip()
        return super().number()

    def add(self, event):
        self.skip()
        super().add(event)
        self.found += 1

    def require_prefix(self, seal):
        """The events are those that were sealed, each in its place."""
        self.skip()
        _, behind = super().require_prefix(seal)
        return f"{self.found - behind} of {seal['events']} events, each in its place", behind

    def require_kept(self, kept):  # noqa: ARG002
        return []


def check_project(seal, export):
    """From the events to the entry that covers them: its time, what it covers, how many it not."""
    if export.project not in (None, seal["project_id"]):
        ours, theirs = export.project, seal["project_id"]
        raise Misfit(f"the export is of project {ours!r}, the seal of {theirs!r}")
    covered = export.require_prefix(seal)
    name, (key,) = seal["project_id"].encode(), hashes([seal["project_key"]])
    named = hmac.digest(key, b"task-ledger project name 1\n" + name, "sha256").hex()
    leaf = f"task-ledger project 1\n{named}\n{seal['events']}\n{seal['root']}"
    header, kind, at, _, count, root = seal["entry"]["text"].split("\n")
    place = seal["projects"]["index"], seal["projects"]["size"]
    if (header, kind, count) != ("task-ledger head 1", "projects", str(place[1])):
        raise Misfit("the entry seals no projects, or another number of them")
    proof = hashes(seal["projects"]["proof"])
    require_inclusion(leaf_hash(leaf.encode()), place, proof, *hashes([root]))
    return datetime.fromtimestamp(int(at), UTC), *covered


def check_seal(given, seal, kept, export):
    """Says what does not fit, or when the events were sealed. Returns whether all fits."""
    step = "the project and the log's entry"
    try:
        at, covered, behind = check_project(seal, export)
        step = "the log's entry and its checkpoint"
        size, root = read_checkpoint(seal["checkpoint"], given.key)
        leaf, place = leaf_hash(seal["entry"]["text"].encode()), (seal["entry"]["index"], size)
        require_inclusion(leaf, place, hashes(seal["entry"]["proof"]), root)
        step, said = "what was kept and the checkpoint", []
        if kept:
            old_size, old_root = read_checkpoint(kept["checkpoint"], given.key)
            require_extension(old_size, old_root, size, root, seal["since"])
            if kept.get("project_id") == seal["project_id"]:
                said += export.require_kept(kept)
        step = "the witnesses"
        said += [f"cosigned at {cosigned(seal['checkpoint'], vkey)}" for vkey in given.witness]
    except BAD as error:
        sys.stdout.write(f"seal: {step}: {error if type(error) is Misfit else repr(error)}\n")
        return False
    said.append(f"sealed at {at}: {covered}; {behind} after them are not")
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return True


def check_events(path, archive, export, one_project):
    """Names the first event of each task that does not fit. Returns whether all fit."""
    last, tasks, broken, line, erased = dict(export.before), set(), set(), 0, []
    events = 0
    numbered = one_project
    try:
        for line, record in records(path, archive):
            event = event_of(record)
            task, project = event["task_id"], event["project_id"]
            tasks.add(task)
            why = None if task in broken else misfit(last.get(task), event)
            if one_project and export.project not in (None, project):
                why = why or "its project is another one than that of the events before"
            if numbered and event["seq"] is not None:
                numbered = export.number() in (None, event["seq"])
                needed = f"it has number {event['seq']} where {export.number()} must be"
                why = why if numbered else needed
            export.add(event)
            events += 1
            erased += (event["erased"] or "")[:1]
            if why:
                broken.add(task)
                sys.stdout.write(f"line {line}: task {task}, version {event['version']}: {why}\n")
            last[task] = {name: event[name] for name in event if "_text" not in name}
    except OSError as error:
        sys.exit(str(error))
    except BAD as error:
        sys.exit(f"line {line} is not an exported event: {error!r}")
    sys.stdout.write(f"{events} events of {len(tasks)} tasks; {len(broken)} tasks do not fit\n")
    if erased:
        sys.stdout.write(f"{len(erased)} events are erased: what they said cannot be checked;")
        sys.stdout.write(f" what is left of {erased.count('1')} of them is not proven\n")
    if archive and (archive["events"], archive["tasks"]) != (events, len(tasks)):
        sys.stdout.write(f"of {archive['events']} events of {archive['tasks']} tasks\n")
        return False
    return not broken and (events or one_project)


def main():
    parser = argparse.ArgumentParser(description="Checks an export, alone or against a seal.")
    parser.add_argument("export", help="EXPORT.ndjson, EXPORT.csv or FOLDER")
    for name, about in (("--checkpoint", "the project's"), ("--kept", "kept from last time")):
        parser.add_argument(name, metavar="SEAL", help=about)
    for name in ("--key", "--witness"):
        parser.add_argument(name, metavar="VKEY", action="append", default=[], help="repeatable")
    given = parser.parse_args()
    folder = Path(given.export).is_dir()
    if bool(given.checkpoint) == (folder or not given.key) or (given.kept and not given.key):
        parser.error("a seal is checked with --checkpoint and --key, that of an archive with --key")
    try:
        archive, kept = archive_of(given.export), seal_of(given.kept)
        proof = archive.get("seal") or {} if folder else seal_of(given.checkpoint)
        seal, kept = proof.get("seal", proof), kept.get("seal", kept)
        sizes = [each["events"] for each in (seal, kept) if "events" in each]
        others = archive["others"] if folder and given.key else proof.get("others")
        if others is not None:
            export = SparseExport(sizes, others)
        elif "first" in proof:
            export = PeriodExport(sizes, proof)
        else:
            export = Export(sizes, list(proof["events"]) if "seal" in proof else None)
    except (OSError, *BAD) as error:
        sys.exit(f"this is no seal, or no archive: {error!r}")
    fits = check_events(given.export, archive, export, bool(given.key))
    sealed = not given.key or check_seal(given, seal, kept, export)
    return 0 if fits and sealed else 1


if __name__ == "__main__":
    sys.exit(main())
