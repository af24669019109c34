"""No secret and no value of a row is left in a text, in whatever form it is written."""

import time

import pytest

from task_ledger.model.scrub import MAX_SCRUBBED, scrubbed

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLWhlcmU"
SECRETS = [
    ("postgresql://ada:lovelace@db/x", "lovelace"),
    ("amqp://ada:love@lace!@mq:5672//", "lace!"),
    ("postgresql://ada:lo/ve@la#ce@db/x", "la#ce"),
    ("redis://:lovelace@cache:6379/0", "lovelace"),
    ("https://a-token-of-32-characters-length@git.example/x", "a-token-of-32"),
    (f"got {JWT} back", "c2lnbmF0dXJl"),
    (f"token from {JWT[:40]}", "eyJzdWIi"),
    ("key AIzaSyA1234567890abcdefghijklmnopqrstuvw is over its quota", "AIzaSy"),
    ("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=bG92ZWxhY2U=;X=1", "bG92ZWxhY2U"),
    ("GET https://a.blob.core.windows.net/c/f?sv=2022&sig=bG92ZWxhY2U%3D&se=1", "bG92ZWxhY2U"),
    ("https://s3.example/k?X-Amz-Signature=10fe5a7c&X-Amz-Date=1", "10fe5a7c"),
    ("github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuv", "11ABCDEFG0"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghij"),
    ("glpat-abcdefghijklmnopqrst", "abcdefghij"),
    ("sk-ant-api03-abcdefghijklmnopqrstuvwxyz", "abcdefghij"),
    ("sk_live_abcdefghijklmnopqrstuvwxyz", "abcdefghij"),
    ("SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyz", "abcdefghij"),
    ("ya29.a0ARrdaM-abcdefghijklmnopqrstuv", "abcdefghij"),
    ("posted to https://hooks.slack.com/services/T000/B000/abcdefgh", "abcdefgh"),
    ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
    ("ASIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
    ("Authorization: Token lovelace", "lovelace"),
    ("{'Authorization': 'Digest username=ada, response=lovelace'}", "lovelace"),
    ("Cookie: theme=dark; session=lovelace", "lovelace"),
    ("password='love''lace' host=db", "lace"),
    ('{"client_secret": "love\\"lace"}', "lace"),
    ("PASSPHRASE = lovelace", "lovelace"),
    ("-----BEGIN RSA PRIVATE KEY-----\nlovelace\n-----END RSA PRIVATE KEY-----", "lovelace"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlovelace", "lovelace"),
]
ROWS = [
    'null value in column "a"\nDETAIL:  Failing row contains (1, lovelace).',
    "UniqueViolation('duplicate key\\nDETAIL:  Key (name)=(lovelace) already exists.\\n')",
    "DÉTAIL : Key (name)=(lovelace)",
    "(psycopg.Error) x\n[SQL: INSERT INTO t VALUES (%(a)s)]\n[parameters: {'a': 'lovelace'}]",
    "Failing row contains (1, lovelace)",
    "Key (name)=(lovelace) is not present in table",
    'invalid input syntax for type integer: "lovelace"',
    'invalid input value for enum mood: "lovelace"',
    'value "lovelace" is out of range for type integer',
    'date/time field value out of range: "lovelace"',
    'syntax error at or near "lovelace"',
    "syntax error\nLINE 1: INSERT INTO t VALUES (lovelace)",
]
HARMLESS = [
    "page 3 of site plan.pdf has no scale: tell it on the page",
    "http://host:8080/path?email=ada@example.org",
    "https://example.org/a/b?page=2",
    "design: A1, signal=9, sigma=0.3",
    "task-ledger verify says what was altered",
    'column "nmae" does not exist',
    "eyJ is how it begins",
    "the key of sk-learn",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_hidden_and_a_second_time_nothing_changes(text: str, secret: str) -> None:
    found = scrubbed(text)
    assert secret not in found
    assert "[hidden]" in found
    assert scrubbed(found) == found


@pytest.mark.parametrize("text", ROWS)
def test_values_of_rows_are_left_out(text: str) -> None:
    assert "lovelace" not in scrubbed(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_a_url_keeps_what_is_no_secret() -> None:
    assert scrubbed("at postgresql://ada:p@ss@db:5432/x now") == (
        "at postgresql://ada:[hidden]@db:5432/x now"
    )


@pytest.mark.parametrize("unit", ["a", "://a:", "password", '"', "eyJ.", "Key (", "args: ", " "])
def test_long_texts_take_no_longer_than_their_length(unit: str) -> None:
    began = time.process_time()
    assert len(scrubbed(unit * 1_000_000)) <= 2 * MAX_SCRUBBED
    assert time.process_time() - began < 2
