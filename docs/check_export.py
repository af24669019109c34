"""Checks an export of Task Ledger's event log, alone or against a seal.

    python check_export.py EXPORT
    python check_export.py EXPORT --key VKEY --checkpoint SEAL [--kept SEAL] [--witness VKEY]
    python check_export.py FOLDER --key VKEY

EXPORT is what `task-ledger export` wrote, as NDJSON or CSV; FOLDER is a project's folder in the
archive of a retired month, which has its seal in it; SEAL is the JSON document with the
project's seal, or with proofs of its events where EXPORT is a part of a project. Needs Python 3.11
or newer and nothing else. Names what does not fit, and ends with status 1 if anything does not.

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
COLUMNS |= dict.fromkeys(PRIVATE, (str, NONE)) | {"seq": (int, NONE)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Misfit(ValueError):
    """Something does not fit; the message names it."""


BAD = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
BAD = (*BAD, IndexError, EOFError, MemoryError, csv.Error, zlib.error)


# Events and their chains: docs/digest.md.
def seconds(text):
    time = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    micros = (time - EPOCH) // timedelta(microseconds=1)
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
        texts_of = (gzip.decompress(data).decode() for data in packed)
        yield from enumerate((line for text in texts_of for line in text.split("\n")[:-1]), start=1)
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
    at some sizes and its right edge; or, of a part of a project, the leaves that have places."""

    def __init__(self, sizes, places=None, others=None):
        self.events, self.size, self.edge = 0, 0, []
        self.project, self.places, self.others = None, places, others and others[::-1]
        self.roots = dict.fromkeys(sizes, sha256(b"").digest())

    def number(self):
        """The number in the timeline that the next event must have; of a part, if it is proven."""
        if self.places is None:
            self.skip()
            return self.size + 1
        return self.places[self.size]["seq"] if self.size < len(self.places) else None

    def add(self, event):
        self.project, self.events = event["project_id"], self.events + 1
        if self.places is not None:
            self.edge += [event_leaf(event, at["seq"]) for at in self.places[self.size :][:1]]
            self.size += 1
            return
        self.skip()
        self.join(event_leaf(event, self.size + 1), 0)

    def skip(self):
        """Over events that are not in this archive, by the nodes above them."""
        while self.others and self.others[-1][0] == self.size:
            _, level, node = self.others.pop()
            self.join(*hashes([node]), level)

    def join(self, node, level):
        """Append 2**level leaves by the root over them."""
        above, self.size = self.size >> level, self.size + (1 << level)
        while above & 1:
            node, above = node_hash(self.edge.pop(), node), above >> 1
        self.edge.append(node)
        if self.size in self.roots:
            for left in reversed(self.edge[:-1]):
                node = node_hash(left, node)
            self.roots[self.size] = node

    def require_prefix(self, seal):
        """The first events are those that were sealed. Returns how many are, and how many not."""
        size, name, (root,) = seal["events"], seal["project_id"], hashes([seal["root"]])
        if self.project not in (None, name):
            raise Misfit(f"the export is of project {self.project!r}, the seal of {name!r}")
        if self.places is not None:
            if self.size < len(self.places):
                raise Misfit(f"the export has {self.size} of the {len(self.places)} proven events")
            for leaf, place in zip(self.edge, self.places, strict=True):
                require_inclusion(leaf, (place["seq"] - 1, size), hashes(place["proof"]), root)
            return f"{len(self.edge)} events, each by its proof", self.size - len(self.edge)
        self.skip()
        if self.size < size:
            raise Misfit(f"the export ends at number {self.size}, and {size} are sealed")
        if self.roots[size] != root:
            raise Misfit(f"numbers 1 to {size} are not the events that were sealed")
        if self.others is not None:
            return f"{self.events} events of a retired month, each in its place", 0
        return f"numbers 1 to {size}", self.size - size


def check_project(seal, export):
    """From the events to the entry that covers them: its time, what it covers, how many it not."""
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
        step = "what was kept and the checkpoint"
        if kept:
            old_size, old_root = read_checkpoint(kept["checkpoint"], given.key)
            require_extension(old_size, old_root, size, root, seal["since"])
            same = kept.get("project_id") == seal["project_id"]
            if same and export.places is export.others is None:
                export.require_prefix(kept)
        step = "the witnesses"
        said = [f"cosigned at {cosigned(seal['checkpoint'], vkey)}" for vkey in given.witness]
    except BAD as error:
        sys.stdout.write(f"seal: {step}: {error if type(error) is Misfit else repr(error)}\n")
        return False
    said.append(f"sealed at {at}: {covered}; {behind} after them are not")
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return True


def check_events(path, archive, export, one_project):
    """Names the first event of each task that does not fit. Returns whether all fit."""
    last, broken, line, erased = {}, set(), 0, []
    try:
        for line, record in records(path, archive):
            event = event_of(record)
            task, project = event["task_id"], event["project_id"]
            why = None if task in broken else misfit(last.get(task), event)
            if one_project and export.project not in (None, project):
                why = why or "its project is another one than that of the events before"
            if one_project and event["seq"] is not None:
                fits = export.number() in (None, event["seq"])
                why = why or (None if fits else f"it is not number {event['seq']}")
            export.add(event)
            erased += (event["erased"] or "")[:1]
            if why:
                broken.add(task)
                sys.stdout.write(f"line {line}: task {task}, version {event['version']}: {why}\n")
            last[task] = {name: event[name] for name in event if "_text" not in name}
    except OSError as error:
        sys.exit(str(error))
    except BAD as error:
        sys.exit(f"line {line} is not an exported event: {error!r}")
    tasks = f"{len(last)} tasks; {len(broken)} tasks do not fit"
    sys.stdout.write(f"{export.events} events of {tasks}\n")
    if erased:
        sys.stdout.write(f"{len(erased)} events are erased: what they said cannot be checked;")
        sys.stdout.write(f" what is left of {erased.count('1')} of them is not proven\n")
    if archive and (archive["events"], archive["tasks"]) != (export.events, len(last)):
        sys.stdout.write(f"of {archive['events']} events of {archive['tasks']} tasks\n")
        return False
    return not broken and (export.events or one_project)


def main():
    parser = argparse.ArgumentParser(description="Checks an export, alone or against a seal.")
    parser.add_argument("export", help="EXPORT.ndjson, EXPORT.csv or FOLDER")
    for name, about in (("--checkpoint", "the project's"), ("--kept", "kept from last time")):
        parser.add_argument(name, metavar="SEAL", help=about)
    for name in ("--key", "--witness"):
        parser.add_argument(name, metavar="VKEY", action="append", default=[], help="repeatable")
    given = parser.parse_args()
    folder = Path(given.export).is_dir()
    if bool(given.checkpoint or (folder and given.key)) != bool(given.key) or (
        (given.kept and not given.key) or (folder and given.checkpoint)
    ):
        parser.error("a seal is checked with --checkpoint and --key; an archive's with --key alone")
    try:
        archive = archive_of(given.export)
        seal, kept = seal_of(given.checkpoint) or archive.get("seal") or {}, seal_of(given.kept)
        places = list(seal["events"]) if "seal" in seal else None
        seal, kept = seal.get("seal", seal), kept.get("seal", kept)
        sizes = [each["events"] for each in (seal, kept) if "events" in each]
        export = Export(sizes, places, archive["others"] if archive and given.key else None)
    except (OSError, *BAD) as error:
        sys.exit(f"this is no seal, or no archive: {error!r}")
    fits = check_events(given.export, archive, export, bool(given.key))
    sealed = not given.key or check_seal(given, seal, kept, export)
    return 0 if fits and sealed else 1


if __name__ == "__main__":
    sys.exit(main())
