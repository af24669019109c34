"""The head log: append entries to the state and publish them.

The order keeps two checkpoints from contradicting each other, even after a crash at any point:
entries are written to the state on disk; then to the store, where each must be the first with its
number; only then is a checkpoint over them signed.
"""

from collections.abc import Sequence

from task_ledger.sealer.checkpoint import Checkpoint
from task_ledger.sealer.errors import StoreConflict
from task_ledger.sealer.merkle import HASH_SIZE, Frontier, leaf_hash, root_of
from task_ledger.sealer.state import State
from task_ledger.sealer.store import Store
from task_ledger.sealer.tiles import (
    WIDTH,
    Tile,
    bundle_path,
    encode_bundle,
    tiles_between,
)


def head_frontier(state: State) -> Frontier:
    """The right edge of the log, including unpublished entries."""
    size, edge = state.one("SELECT size, frontier FROM head")
    return Frontier.from_bytes(size, edge)


def head_checkpoint(state: State) -> Checkpoint:
    """The checkpoint over the log in the state; sign it only after the log is published."""
    frontier = head_frontier(state)
    return Checkpoint(state.origin, frontier.size, frontier.root())


def published_size(state: State) -> int:
    """Number of entries in the last signed and published checkpoint."""
    return state.one("SELECT published FROM head")[0]


def append_entries(state: State, entries: Sequence[bytes]) -> int:
    """Append entries in the caller's transaction. Returns the first one's number."""
    frontier = head_frontier(state)
    first = frontier.size
    for number, entry in enumerate(entries, start=first):
        leaf = leaf_hash(entry)
        state.execute("INSERT INTO head_entry VALUES (?, ?)", number, entry)
        _append_to_tiles(state, number, leaf)
        frontier.append(leaf)
    state.execute("UPDATE head SET size = ?, frontier = ?", frontier.size, frontier.to_bytes())
    return first


def _append_to_tiles(state: State, number: int, node: bytes) -> None:
    level = 0
    while True:
        hashes = _hashes(state, level, number // WIDTH)
        hashes.append(node)
        state.execute(
            "INSERT OR REPLACE INTO head_tile VALUES (?, ?, ?)",
            level,
            number // WIDTH,
            b"".join(hashes),
        )
        if number % WIDTH != WIDTH - 1:
            return
        node = root_of(hashes)
        number //= WIDTH
        level += 1


def _hashes(state: State, level: int, number: int) -> list[bytes]:
    row = state.one("SELECT hashes FROM head_tile WHERE level = ? AND number = ?", level, number)
    data = row[0] if row else b""
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


def publish_entries(state: State, store: Store) -> None:
    """Publish all unpublished entries and tiles, so that a checkpoint may be signed.

    Idempotent: existing files are left unchanged. Each entry is published alone, in a bundle of the
    next width. If two sealers continue the same state differently, the second one finds the first
    one's entry and signs nothing.

    Raises:
        StoreConflict: another sealer's entry or tile exists. StoreUnavailable.
    """
    size, done = head_frontier(state).size, published_size(state)
    for number in range(done, size):
        index, width = number // WIDTH, number % WIDTH + 1
        rows = state.all(
            "SELECT entry FROM head_entry WHERE number BETWEEN ? AND ? ORDER BY number",
            index * WIDTH,
            number,
        )
        bundle = encode_bundle([row[0] for row in rows])
        if width < WIDTH:
            # Partial bundles may be gone once the bundle is full.
            full = store.read(bundle_path(index))
            if full is not None and not full.startswith(bundle):
                raise StoreConflict(f"something else is published as {bundle_path(index)}")
        store.add(bundle_path(index, width), bundle)
    for tile in tiles_between(done, size):
        hashes = _hashes(state, tile.level, tile.number)
        store.add(tile.path(), b"".join(hashes[: tile.width]))


def mark_published(state: State, size: int, note: bytes, now: int) -> None:
    """Record the checkpoint over `size` entries as published, and forget full tiles and bundles."""
    with state.transaction():
        state.execute("UPDATE head SET published = ?, note = ?, published_at = ?", size, note, now)
        state.execute("DELETE FROM head_entry WHERE number < ?", size // WIDTH * WIDTH)
        # The roots of full tiles are in the level above.
        state.execute(
            "DELETE FROM head_tile WHERE length(hashes) = ?"
            " AND (number + 1) * (1 << 8 * (level + 1)) <= ?",
            WIDTH * HASH_SIZE,
            size,
        )


def remove_partial(store: Store, old_size: int, size: int) -> None:
    """Remove partial tiles and bundles of a log of `old_size` entries that are full at `size`.

    Raises:
        StoreUnavailable: they are kept, which is harmless.
    """
    for tile in tiles_between(old_size, size):
        if tile.width != WIDTH:
            continue
        for width in range(1, WIDTH):
            store.remove(Tile(tile.level, tile.number, width).path())
            if tile.level == 0:
                store.remove(bundle_path(tile.number, width))
