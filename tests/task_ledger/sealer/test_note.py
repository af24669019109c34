"""Signed notes, keys, checkpoints and cosignatures are those of C2SP."""

import base64
from dataclasses import replace

import pytest

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.errors import InvalidNote, UnverifiedNote
from task_ledger.sealer.keys import (
    COSIGNATURE,
    SigningKey,
    VerifierKey,
    open_note,
    parse_vkey,
    timestamp_of,
)
from task_ledger.sealer.merkle import EMPTY_ROOT
from task_ledger.sealer.note import Note, NoteSignature, parse_note

# From C2SP signed-note, section "Verifier keys".
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

# From golang.org/x/mod, sumdb/note/example_test.go: a key pair and what it signs.
NEUMANN_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NEUMANN_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)

# From C2SP tlog-checkpoint.
BEHIND = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_specification_s_example_verifies() -> None:
    key = parse_vkey(VKEY)
    note, keys = open_note(NOTE, (key,))
    assert (note.text, keys) == ("This is an example message.\n", (key,))
    assert note.encode() == NOTE
    assert key.encode() == VKEY


def test_a_key_signs_as_go_s_notes_do() -> None:
    key = SigningKey.parse(NEUMANN_KEY)
    assert (key.encode(), key.verifier.encode()) == (NEUMANN_KEY, NEUMANN)
    assert key.sign(NEUMANN_TEXT).line() == NEUMANN_LINE


def test_signatures_of_unknown_keys_are_ignored() -> None:
    data = f"{NEUMANN_TEXT}\n{ENOCH_LINE}{NEUMANN_LINE}".encode()
    note, _ = open_note(data, (parse_vkey(NEUMANN),))
    assert [each.line() for each in note.signatures] == [NEUMANN_LINE]
    with pytest.raises(UnverifiedNote, match="no known key"):
        open_note(data, (parse_vkey(VKEY),))


def test_an_invalid_signature_of_a_known_key_refuses_the_whole_note() -> None:
    own, other = SigningKey.generate("own"), SigningKey.generate("other")
    signatures = (own.sign("text\n"), replace(other.sign("text\n"), signature=bytes(64)))
    data = Note("text\n", signatures).encode()
    assert open_note(data, (own.verifier,))[1] == (own.verifier,)
    with pytest.raises(UnverifiedNote, match="by other"):
        open_note(data, (own.verifier, other.verifier))


@pytest.mark.parametrize("whole", [VKEY, NEUMANN, NEUMANN_KEY])
def test_a_truncated_or_altered_key_is_refused(whole: str) -> None:
    parse = SigningKey.parse if whole.startswith("PRIVATE") else parse_vkey
    assert parse(whole)
    parts = [whole[i:j] for i in range(len(whole)) for j in range(i + 1, len(whole) + 1)]
    altered = [
        whole[:place] + chr(ord(whole[place]) + 1) + whole[place + 1 :]
        for place in range(len(whole))
    ]
    for text in (*parts, *altered):
        if text != whole:
            with pytest.raises(InvalidNote):
                parse(text)


# From golang.org/x/mod, sumdb/note/note_test.go: another length, an algorithm that is not known.
@pytest.mark.parametrize(
    "vkey",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_length_or_algorithm_is_refused(vkey: str) -> None:
    with pytest.raises(InvalidNote):
        parse_vkey(vkey)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        b"text\n",
        b"text\n\n",
        "\n\n— own aGVsbG8=\n".encode(),
        "text\n— own aGVsbG8=\n".encode(),
        "text\n\n— own aGVsbG8=".encode(),
        b"text\n\n- own aGVsbG8=\n",
        "text\n\n— own aGVsbG8\n".encode(),
        "text\n\n— own aGVsbG9=\n".encode(),
        "text\n\n— own aGVs\n".encode(),
        "text\n\n—  aGVsbG8=\n".encode(),
        "text\n\n— o+n aGVsbG8=\n".encode(),
        "text\n\n— o\u00a0n aGVsbG8=\n".encode(),
        "text\n\n— own aGVsbG8= \n".encode(),
        "te\0xt\n\n— own aGVsbG8=\n".encode(),
        "text\r\n\r\n— own aGVsbG8=\r\n".encode(),
        "text\n\n— own aGVsbG8=\n".encode() + b"\xff\n",
        ("text\n\n" + "— own aGVsbG8=\n" * 101).encode(),
        b"x" * 1_000_001,
    ],
)
def test_an_invalid_note_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidNote):
        parse_note(data)


def test_text_with_empty_lines_is_kept_as_it_is() -> None:
    key = SigningKey.generate("own")
    text = "one\n\n\ntwo\n"
    data = Note(text, (key.sign(text),)).encode()
    assert open_note(data, (key.verifier,))[0].text == text


def test_a_signing_key_does_not_show_its_secret() -> None:
    key = SigningKey.parse(NEUMANN_KEY)
    assert repr(key) == "SigningKey('PeterNeumann')"


def test_the_specification_s_checkpoint_is_read() -> None:
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    found = parse_checkpoint(BEHIND)
    assert found == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert found.text() == BEHIND
    assert parse_checkpoint(BEHIND + "one\ntwo\n").extensions == ("one", "two")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        BEHIND[:-1],
        BEHIND + "\n",
        "\n" + BEHIND,
        BEHIND.replace("20852163", "020852163"),
        BEHIND.replace("20852163", "-1"),
        BEHIND.replace("20852163", "٣"),
        BEHIND.replace("20852163", str(1 << 63)),
        BEHIND.replace("20852163", "0"),
        BEHIND.replace("CsUY", "CsU"),
        BEHIND.replace("q2I=", "q2I"),
        BEHIND.replace("q2I=", "q2J="),
    ],
)
def test_an_invalid_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidNote):
        parse_checkpoint(text)


def test_an_empty_log_has_one_checkpoint() -> None:
    empty = Checkpoint("own", 0, EMPTY_ROOT)
    assert parse_checkpoint(empty.text()) == empty


def test_a_cosignature_covers_the_time_and_the_checkpoint() -> None:
    witness = SigningKey.generate("witness.example/w1")
    key = VerifierKey(witness.name, COSIGNATURE, witness.verifier.public)
    signature = witness.cosign(BEHIND, 1679315147)
    note, keys = open_note(Note(BEHIND, (signature,)).encode(), (parse_vkey(key.encode()),))
    assert keys == (key,)
    assert timestamp_of(note.signatures[0].signature) == 1679315147
    later = (1679315148).to_bytes(8, "big") + signature.signature[8:]
    for text, altered in ((BEHIND, later), (BEHIND + "more\n", signature.signature)):
        with pytest.raises(UnverifiedNote):
            key.verify(text, altered)


def test_a_cosignature_is_no_signature_of_the_log() -> None:
    witness = SigningKey.generate("witness.example/w1")
    signature = NoteSignature(
        witness.name, witness.verifier.key_id, witness.cosign(BEHIND, 1).signature[8:]
    )
    with pytest.raises(UnverifiedNote):
        open_note(Note(BEHIND, (signature,)).encode(), (witness.verifier,))
