"""Leaves and entries have one form, which says everything that it stands for."""

import pytest

from task_ledger.sealer.entries import (
    Access,
    Entry,
    Erased,
    Keys,
    Opened,
    Projects,
    Retired,
    Schema,
    encode_entry,
    parse_entry,
)
from task_ledger.sealer.errors import InvalidEntry
from task_ledger.sealer.leaf import event_leaf, leaves_of
from task_ledger.sealer.merkle import leaf_hash
from task_ledger.sealer.project_names import project_key, project_name

ROOT = bytes(range(32))
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TASK = "01a209ad-82ef-7627-b353-0b20b9289804"

ENTRIES: list[Entry] = [
    Opened(1, "example.com/a", None, ""),
    Opened(2, "example.com/b", ("example.com/a", 17, ROOT), "restored\n\nfrom a backup — ünïcode"),
    Projects(3, "moved", 12, ROOT),
    Projects(3, "all", 0, ROOT),
    Retired(4, 202611, 5_000_000, ROOT),
    Erased(5, ROOT, 3, ROOT),
    Schema(6, ROOT),
    Access(7, 99, ROOT),
    Keys(8, (VKEY,)),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)
def test_an_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert parse_entry(encode_entry(entry)) == entry


def test_no_two_entries_have_the_same_octets() -> None:
    assert len({encode_entry(entry) for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.kind)
def test_a_truncated_or_extended_entry_is_refused(entry: Entry) -> None:
    data = encode_entry(entry)
    for altered in (*(data[:cut] for cut in range(len(data))), data + b"\n", data + b"\nx"):
        try:
            found = parse_entry(altered)
        except InvalidEntry:
            continue
        # A number that lost its last digits is another number.
        assert encode_entry(found) == altered


@pytest.mark.parametrize(
    "data",
    [
        b"task-ledger head 2\nschema\n6\n" + ROOT.hex().encode(),
        b"task-ledger head 1\nscheme\n6\n" + ROOT.hex().encode(),
        b"task-ledger head 1\nschema\n06\n" + ROOT.hex().encode(),
        b"task-ledger head 1\nschema\n-6\n" + ROOT.hex().encode(),
        b"task-ledger head 1\nschema\n6\n" + ROOT.hex().upper().encode(),
        b"task-ledger head 1\nprojects\n6\nsome\n1\n" + ROOT.hex().encode(),
        b"task-ledger head 1\nkeys\n6\n" + VKEY.replace("530d", "530e").encode(),
        b"task-ledger head 1\nkeys\n6",
        b"\xff\xfe",
    ],
)
def test_an_invalid_entry_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidEntry):
        parse_entry(data)


@pytest.mark.parametrize(
    "entry",
    [
        Opened(1, "two\nlines", None, ""),
        Opened(1, "example.com/a", None, "x" * 65_536),
        Projects(1, "some", 1, ROOT),
        Schema(-1, ROOT),
        Schema(1, ROOT[:31]),
    ],
)
def test_an_entry_that_would_be_parsed_differently_is_not_written(entry: Entry) -> None:
    with pytest.raises(InvalidEntry):
        encode_entry(entry)


@pytest.mark.parametrize("project_id", ["riverside", "Straße\n9 —\tProjekt", "0"])
def test_a_leaf_has_the_documented_text(project_id: str) -> None:
    data = event_leaf(project_id, 7, TASK, 3, ROOT)
    octets = len(project_id.encode())
    assert data.decode() == (
        f"task-ledger leaf 1\n{octets}\n{project_id}\n7\n{TASK}\n3\n{ROOT.hex()}"
    )
    assert leaves_of(project_id)(7, TASK, 3, ROOT) == leaf_hash(data)


def test_a_project_s_name_is_found_with_its_key_and_not_with_another_one() -> None:
    secret = bytes(32)
    keys = {name: project_key(secret, name) for name in ("riverside", "harbour")}
    assert len(set(keys.values())) == 2
    names = {project_name(key, name) for key in keys.values() for name in keys}
    assert len(names) == 4
    assert project_name(project_key(b"other" * 6, "harbour"), "harbour") not in names
