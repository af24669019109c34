"""Certificates are verified for the name of the address, though it is not connected to by name."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from task_ledger.notifier import http_post
from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.http_post import post
from task_ledger.notifier.public_address import networks_of
from tests.task_ledger.notifier.receiver import Receiver, receiving


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, signed by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path / "localhost.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with receiving(context) as made:
        yield made


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate is one of those that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    http_post._tls.cache_clear()
    yield
    http_post._tls.cache_clear()


def send(url: str) -> None:
    post(url, b"{}", {}, networks=networks_of("127.0.0.0/8, ::1/128"), timeout_s=5)


def test_a_trusted_certificate_of_the_name_is_accepted(receiver: Receiver, trusted: None) -> None:
    send(receiver.url("localhost"))
    assert receiver.received[0].headers["host"] == f"localhost:{receiver.port}"


def test_a_certificate_of_another_name_is_refused(receiver: Receiver, trusted: None) -> None:
    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        send(receiver.url("127.0.0.1"))
    assert receiver.received == []


def test_an_untrusted_certificate_is_refused(receiver: Receiver) -> None:
    with pytest.raises(DeliveryFailed, match="SSLCertVerificationError"):
        send(receiver.url("localhost"))
    assert receiver.received == []
