"""Checks an export of Task Ledger's event log: python check_export.py EXPORT.ndjson

Needs Python 3.11 or newer and nothing else. Names the first event of each task that does not
fit, and ends with status 1 if there is one.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

NONE = type(None)
TEXT = ("task_id", "project_id", "type", "actor", "occurred_at", "recorded_at", "state")
WHOLE = ("version", "shard", "feed", "schema_version", "attempt")
COLUMNS = dict.fromkeys((*TEXT, "data_text", "digest"), (str,)) | dict.fromkeys(WHOLE, (int,))
COLUMNS |= {"max_attempts": (int, NONE), "claim": (str, NONE), "due_at": (str, NONE)}
COLUMNS |= {"cancel_requested": (bool,)}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(text):
    time = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    micros = (time - EPOCH) // timedelta(microseconds=1)
    return f"{'-' * (micros < 0)}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06d}"


def text_of(value):
    return "-" if value is None else str(value)


def digest(before, event):
    lines = ["task-ledger 1", text_of(before), event["task_id"], event["version"]]
    lines += [len(event["project_id"].encode()), event["project_id"], event["shard"]]
    lines += [event["feed"], event["type"], event["schema_version"]]
    lines += [len(event["actor"].encode()), event["actor"]]
    lines += [seconds(event["occurred_at"]), seconds(event["recorded_at"]), event["state"]]
    lines += [event["attempt"], text_of(event["max_attempts"]), text_of(event["claim"])]
    lines += ["t" if event["cancel_requested"] else "f"]
    lines += ["-" if event["due_at"] is None else seconds(event["due_at"])]
    lines += [sha256(event["data_text"].encode()).hexdigest()]
    return sha256("\n".join(map(str, lines)).encode()).hexdigest()


def misfit(last, event):
    typed = all(type(event[name]) in types for name, types in COLUMNS.items())
    words = f"{event['task_id']}{event['type']}{event['state']}{event['claim']}"
    if "\n" in words or not typed or len(event) != len(COLUMNS):
        return "its columns are not those of an event, each of its type"
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


def main(path):
    last, broken, count = {}, set(), 0
    with open(path, encoding="utf-8") as export:
        for count, line in enumerate(export, start=1):
            try:
                event = json.loads(line)
                task = event["task_id"]
                why = None if task in broken else misfit(last.get(task), event)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                sys.exit(f"line {count} is not an exported event: {error!r}")
            if why:
                broken.add(task)
                where = f"line {count}: task {task}, version {event['version']}"
                sys.stdout.write(f"{where}: {why}\n")
            last[task] = {name: event[name] for name in event if name != "data_text"}
    sys.stdout.write(f"{count} events of {len(last)} tasks; {len(broken)} tasks do not fit\n")
    return 1 if broken or not count else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        sys.exit(str(error))
