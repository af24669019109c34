"""What is published is published as a whole, and nothing takes its place."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest

from task_ledger.sealer.errors import StateUnavailable, StoreConflict, StoreUnavailable
from task_ledger.sealer.seal_file import NotSealed, project_seal
from task_ledger.sealer.sealer import Limits
from task_ledger.sealer.store import CHECKPOINT, FolderStore, ObjectStore, Store, open_store
from tests.task_ledger.sealer.breaking import BreakingStore, Steps
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log

BUNDLE = "tile/entries/000.p/7"


@pytest.fixture(params=["folder", "objects"])
def store(request: pytest.FixtureRequest, folder: Path) -> Store:
    """A folder, and an object store (fsspec's, in memory)."""
    if request.param == "folder":
        return FolderStore(folder / "public")
    return ObjectStore(fsspec.filesystem("memory"), f"/{folder.name}/public")


@contextmanager
def files_of_at_most(octets: int) -> Iterator[None]:
    """The kernel lets no file of this process grow beyond this size."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def test_an_added_file_can_be_read_and_added_again(store: Store) -> None:
    assert store.read(BUNDLE) is None
    for _ in range(2):
        store.add(BUNDLE, b"entries")
    assert store.read(BUNDLE) == b"entries"


def test_a_published_file_cannot_be_replaced(store: Store) -> None:
    store.add(BUNDLE, b"entries")
    with pytest.raises(StoreConflict, match=r"000\.p/7"):
        store.add(BUNDLE, b"other entries")
    assert store.read(BUNDLE) == b"entries"


def test_only_the_checkpoint_is_replaced(store: Store) -> None:
    for data in (b"one", b"two"):
        store.replace_checkpoint(data)
        assert store.read(CHECKPOINT) == data


def test_a_partial_bundle_is_removed_once_and_may_be_gone_already(store: Store) -> None:
    store.add(BUNDLE, b"entries")
    store.add("tile/entries/000", b"all entries")
    for _ in range(2):
        store.remove(BUNDLE)
    assert (store.read(BUNDLE), store.read("tile/entries/000")) == (None, b"all entries")


def test_the_url_selects_the_kind_of_store(tmp_path: Path) -> None:
    assert isinstance(open_store("memory://bucket/log"), ObjectStore)
    for url in (str(tmp_path), f"file://{tmp_path}"):
        open_store(url).add("tile/0/000", b"hashes")
    assert (tmp_path / "tile/0/000").read_bytes() == b"hashes"


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.add(BUNDLE, b"x" * 8192),
        lambda store: store.replace_checkpoint(b"x" * 8192),
    ],
)
def test_a_full_disk_leaves_no_partial_file(folder: Path, write: Callable[[Store], None]) -> None:
    store = FolderStore(folder / "public")
    store.replace_checkpoint(b"one")
    with files_of_at_most(4096), pytest.raises(StoreUnavailable):
        write(store)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [CHECKPOINT]
    assert store.read(CHECKPOINT) == b"one"
    write(store)


def test_with_a_full_disk_nothing_is_signed_until_there_is_room(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    published = log.checkpoint()
    for number in range(2000):
        ledger.append(f"project {number}")
    size = log.state.stat().st_size
    with files_of_at_most(size), pytest.raises(StateUnavailable):
        log.tick(ledger)
    assert log.checkpoint() == published
    log.tick(ledger, limits=Limits(recheck=5000))
    assert log.checkpoint().size == published.size + 1


def test_a_seal_is_given_once_its_checkpoint_is_published(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    ledger.append("riverside", 3)
    full = BreakingStore(log.store, Steps(full=0))
    with pytest.raises(StoreUnavailable):
        log.tick(ledger, store=full)
    with pytest.raises(NotSealed):
        project_seal(log.state, log.store, "riverside")
    log.tick(ledger)
    assert project_seal(log.state, log.store, "riverside")["events"] == 3
