"""The offline verifier's own cryptography is that of the standards, and its words name the step.

What it finds in exports is tested in test_digest.py and tests/task_ledger/sealer.
"""

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from task_ledger.sealer.keys import SigningKey
from task_ledger.sealer.note import Note, parse_note
from task_ledger.sealer.seal_file import project_seal
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log
from tests.task_ledger.sealer.witnesses import WitnessServer, served

PROGRAM = Path(__file__).parents[2] / "docs" / "check_export.py"
CHECK = runpy.run_path(str(PROGRAM))
ORDER = CHECK["ORDER"]

# RFC 8032, section 7.1, TEST 1 to 3: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
        "9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
        "11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
        "dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    return CHECK["signed"](public, message, signature)


@pytest.mark.parametrize("vector", VECTORS, ids=["TEST 1", "TEST 2", "TEST 3"])
def test_the_standard_s_signatures_fit_and_none_with_another_bit_does(
    vector: tuple[str, str, str],
) -> None:
    public, message, signature = map(bytes.fromhex, vector)
    assert signed(public, message, signature)
    assert not signed(public, message + b"x", signature)
    for place in range(0, 512, 37):
        other = bytearray(signature)
        other[place // 8] ^= 1 << place % 8
        assert not signed(public, message, bytes(other))


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_it_agrees_with_openssl(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert signed(key.public_key().public_bytes_raw(), message, key.sign(message))
    assert not signed(key.public_key().public_bytes_raw(), message + b"x", key.sign(message))


def test_a_signature_has_one_form() -> None:
    public, message, signature = map(bytes.fromhex, VECTORS[0])
    scalar = int.from_bytes(signature[32:], "little")
    again = signature[:32] + (scalar + ORDER).to_bytes(32, "little")
    for other in (again, signature + b"\0", signature[:-1], b"", bytes(64)):
        assert not signed(public, message, other)
    # y = p + 1 is another form of y = 1, and no public key.
    assert CHECK["point_of"]((2**255 - 18).to_bytes(32, "little")) is None


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    export = folder / "export.ndjson"
    export.touch()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), str(export), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def seal(log: Log, ledger: Ledger) -> dict[str, Any]:
    """The seal of a project, with a witness's cosignature."""
    ledger.append("riverside", 3)
    with served(WitnessServer(log.vkeys[0])) as witness:
        log.tick(ledger, witnesses=[witness])
        return {"vkey": witness.key.encode(), **project_seal(log.state, log.store, "riverside")}


def verdict(log: Log, ledger: Ledger, seal: dict[str, Any], *vkeys: str) -> bool:
    """Whether a seal fits an export of what the ledger has, by the program's last step."""
    given_ = type("Given", (), {"key": [log.vkeys[0].encode()], "witness": list(vkeys)})
    export = CHECK["Export"]([seal["events"]])
    for task_id, version, digest in ledger.projects["riverside"]:
        event = {"project_id": "riverside", "task_id": task_id, "version": version}
        export.add({**event, "digest": digest.hex()})
    return CHECK["check_seal"](given_, seal, None, export)


def test_a_witness_is_looked_for_and_named(
    log: Log, ledger: Ledger, seal: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(log, ledger, seal, seal["vkey"])
    assert "cosigned at 2026-11-30 00:53:21+00:00" in capsys.readouterr().out
    note = parse_note(seal["checkpoint"].encode())
    alone = Note(note.text, note.signatures[:1]).encode().decode()
    assert not verdict(log, ledger, {**seal, "checkpoint": alone}, seal["vkey"])
    assert "witness.example/w1 has not cosigned" in capsys.readouterr().out


def test_a_checkpoint_of_another_key_or_name_is_named(
    log: Log, ledger: Ledger, seal: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = parse_note(seal["checkpoint"].encode()).text
    other = SigningKey.generate(log.origin)
    forged = Note(text, (other.sign(text),)).encode().decode()
    assert not verdict(log, ledger, {**seal, "checkpoint": forged})
    assert "no key that was given has signed the checkpoint" in capsys.readouterr().out
    note = parse_note(seal["checkpoint"].encode())
    altered = Note(text.replace("\n4\n", "\n5\n"), note.signatures).encode().decode()
    assert not verdict(log, ledger, {**seal, "checkpoint": altered})
    assert (
        f"the signature of the checkpoint by {log.origin} does not fit" in capsys.readouterr().out
    )


def test_a_seal_of_another_project_is_named(
    log: Log, ledger: Ledger, seal: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert not verdict(log, ledger, {**seal, "project_id": "harbour"})
    assert "the export is of project 'riverside', the seal of 'harbour'" in capsys.readouterr().out


def test_it_is_called_with_a_seal_and_a_key_together(
    log: Log, seal: dict[str, Any], folder: Path
) -> None:
    path = folder / "seal.json"
    path.write_text(json.dumps(seal))
    vkey = log.vkeys[0].encode()
    for arguments in (["--checkpoint", str(path)], ["--key", vkey], ["--kept", str(path)]):
        assert run(folder, *arguments)[0] == 2
    status, words = run(folder, "--key", vkey, "--checkpoint", str(path))
    assert (status, "the export ends at number 0, and 3 are sealed" in words) == (1, True)
    for text in ("", "{", '{"events": 1, "events": 2}', "[" * 100_000):
        path.write_text(text)
        status, words = run(folder, "--key", vkey, "--checkpoint", str(path))
        assert (status, "seal" in words) == (1, True)
    status, words = run(folder, "--key", vkey, "--checkpoint", str(folder / "none"))
    assert (status, "No such file" in words) == (1, True)
