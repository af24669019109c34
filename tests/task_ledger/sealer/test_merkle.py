"""Trees and proofs are those of RFC 6962."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_ledger.sealer.errors import InvalidProof
from task_ledger.sealer.merkle import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from task_ledger.sealer.proofs import consistency_proof, inclusion_proof, nodes_of

# The reference tree of Certificate Transparency: leaves and roots as published with
# github.com/transparency-dev/merkle, testonly/constants.go.
LEAVES = [
    leaf_hash(bytes.fromhex(data))
    for data in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Proofs in that tree, as published there in testdata/inclusion/2 and testdata/consistency/2.
INCLUSION_OF_5_IN_8 = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
CONSISTENCY_OF_6_AND_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def defined_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, by recursion."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


def made(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def sizes() -> Iterator[int]:
    yield from range(40)
    yield from (63, 64, 65, 127, 128, 129, 255, 256, 257)


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_reference_tree_are_as_published(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


def test_proofs_in_the_reference_tree_are_as_published() -> None:
    read = nodes_of(LEAVES)
    assert [each.hex() for each in inclusion_proof(5, 8, read)] == INCLUSION_OF_5_IN_8
    assert [each.hex() for each in consistency_proof(6, 8, read)] == CONSISTENCY_OF_6_AND_8
    root, old_root = bytes.fromhex(ROOTS[8]), bytes.fromhex(ROOTS[6])
    verify_inclusion(LEAVES[5], 5, 8, [bytes.fromhex(h) for h in INCLUSION_OF_5_IN_8], root)
    proof = [bytes.fromhex(h) for h in CONSISTENCY_OF_6_AND_8]
    verify_consistency(6, 8, proof, old_root, root)


@pytest.mark.parametrize("size", [*sizes()])
def test_a_frontier_has_the_root_that_the_definition_gives(size: int) -> None:
    assert root_of(made(size)) == defined_root(made(size))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 31, 32, 33])
def test_a_proof_is_accepted_only_for_what_it_proves(size: int) -> None:
    leaves = made(size)
    root, read = root_of(leaves), nodes_of(leaves)
    for index in range(size):
        proof = inclusion_proof(index, size, read)
        verify_inclusion(leaves[index], index, size, proof, root)
        for other in range(size + 1):
            if other != index:
                with pytest.raises(InvalidProof):
                    verify_inclusion(leaves[index], other, size, proof, root)
    for old_size in range(size + 1):
        proof = consistency_proof(old_size, size, read)
        old_root = root_of(leaves[:old_size])
        verify_consistency(old_size, size, proof, old_root, root)
        with pytest.raises(InvalidProof):
            verify_consistency(old_size, size, [*proof, root], old_root, root)
        if 0 < old_size < size:
            with pytest.raises(InvalidProof):
                verify_consistency(old_size, size, proof, root_of(leaves[: old_size - 1]), root)
            with pytest.raises(InvalidProof):
                verify_consistency(old_size, size, proof[:-1], old_root, root)


@given(st.lists(st.integers(0, 40), max_size=6))
def test_appending_in_any_portions_gives_the_same_tree(portions: list[int]) -> None:
    leaves, frontier = made(sum(portions)), Frontier()
    for portion in portions:
        frontier.extend(leaves[frontier.size : frontier.size + portion])
        frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert (frontier.size, frontier.root()) == (len(leaves), defined_root(leaves))


def test_an_edge_names_the_events_that_each_of_its_hashes_covers() -> None:
    frontier, leaves = Frontier(), made(13)
    frontier.extend(leaves)
    assert frontier.subtrees() == [
        (0, 8, root_of(leaves[:8])),
        (8, 12, root_of(leaves[8:12])),
        (12, 13, leaves[12]),
    ]


@pytest.mark.parametrize(("size", "data"), [(3, bytes(32)), (1, bytes(31)), (0, bytes(32))])
def test_an_edge_of_another_length_is_refused(size: int, data: bytes) -> None:
    with pytest.raises(ValueError, match="edge"):
        Frontier.from_bytes(size, data)


def test_a_tree_without_leaves_has_one_root_and_extends_nothing_else() -> None:
    verify_consistency(0, 3, [], EMPTY_ROOT, root_of(made(3)))
    for old_size, size, old_root, root in (
        (0, 3, bytes(32), root_of(made(3))),
        (3, 3, root_of(made(3)), bytes(32)),
        (3, 2, root_of(made(3)), root_of(made(2))),
    ):
        with pytest.raises(InvalidProof):
            verify_consistency(old_size, size, [], old_root, root)


@given(st.lists(st.integers(0, 9), max_size=20))
def test_completed_subtrees_are_returned_for_any_batching_of_leaves(pieces: list[int]) -> None:
    leaves, tree, told = made(sum(pieces)), Frontier(), list[tuple[int, bytes]]()
    for piece in pieces:
        told += tree.extend_tiles(leaves[tree.size : tree.size + piece], 2)
    assert (tree.size, tree.root()) == (len(leaves), root_of(leaves))
    whole = len(leaves) >> 2
    assert told == [(n, root_of(leaves[4 * n : 4 * n + 4])) for n in range(whole)]
