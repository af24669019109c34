"""Read nodes of the published log from its tiles."""

from task_ledger.sealer.errors import StoreUnavailable
from task_ledger.sealer.merkle import Frontier
from task_ledger.sealer.store import Store
from task_ledger.sealer.tiles import WIDTH, Tile, bundle_path, decode_bundle, decode_tile


class TileReader:
    """Reads the nodes and entries of a log of `size` entries; caches the tiles it has read.

    The results are as published, and prove nothing until hashed up to a signed root.
    """

    def __init__(self, store: Store, size: int) -> None:
        self._store = store
        self._size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of the complete subtree (level, index), as `proofs.ReadNode`.

        Raises:
            StoreUnavailable: the tile is not published.
            InvalidTile: it has the wrong width.
        """
        height = level % 8
        first = index << height
        hashes = self._tile(level // 8, first // WIDTH)
        place = first % WIDTH
        frontier = Frontier()
        frontier.extend(hashes[place : place + (1 << height)])
        return frontier.root()

    def entry(self, index: int) -> bytes:
        """The entry `index`, counted from 0; raises as `node`."""
        number, width = index // WIDTH, _width(0, index // WIDTH, self._size)
        data = self._store.read(bundle_path(number, width))
        if data is None and width < WIDTH:
            data, width = self._store.read(bundle_path(number)), WIDTH
        if data is None:
            raise StoreUnavailable(f"{bundle_path(number, width)} is not published")
        return decode_bundle(data, width)[index % WIDTH]

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._tiles:
            tile = Tile(level, index, _width(level, index, self._size))
            data = self._store.read(tile.path())
            if data is None and tile.width < WIDTH:
                # The full tile has replaced a partial one.
                tile = tile._replace(width=WIDTH)
                data = self._store.read(tile.path())
            if data is None:
                raise StoreUnavailable(f"{tile.path()} is not published")
            self._tiles[level, index] = decode_tile(data, tile.width)
        return self._tiles[level, index]


def _width(level: int, index: int, size: int) -> int:
    return max(1, min(WIDTH, (size >> 8 * level) - index * WIDTH))
