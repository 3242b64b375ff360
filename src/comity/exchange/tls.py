"""Mutual TLS between nodes: each node is its own small certificate authority.

A node's card (:mod:`comity.exchange.card`) carries the certificate of that authority. Joining a
peer means admitting certificates issued by it, and nothing else: no public authority is trusted,
no name server, no revocation service. Leaf certificates live 90 days and are issued at start, so
that renewal is ordinary and a stolen one soon worthless.

TLS only *admits*; the evidence is the signed envelope and secrecy is its seal. So a compromised
proxy sees which nodes talk, and when, and nothing more.

Protocol: TLS 1.3 only (RFC 8446); ECDSA P-256 keys, since stock tools speak them everywhere.
"""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.errors import Malformed, Unavailable, Unverified

AUTHORITY_YEARS = 10
LEAF_DAYS = 90
CLOCK_SKEW = datetime.timedelta(hours=1)
PEM_LIMIT = 8192


@dataclass(frozen=True, slots=True)
class Certified:
    """A private key and its certificate, both PEM. The key never shows in a repr."""

    key_pem: bytes = field(repr=False)
    cert_pem: bytes


def make_authority(code: str, now: datetime.datetime) -> Certified:
    """A node's own certificate authority: P-256, ten years, may issue leaves only.

    ``code`` is the country code, ``now`` an aware UTC instant.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(code, "node authority")
    cert = (
        _builder(name, name, key.public_key(), now, datetime.timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _certified(key, cert)


def issue(
    authority: Certified, code: str, hosts: Sequence[str], now: datetime.datetime
) -> Certified:
    """A leaf for both ends of a connection, valid 90 days for ``hosts`` (names or addresses)."""
    key = ec.generate_private_key(ec.SECP256R1())
    ca_cert = x509.load_pem_x509_certificate(authority.cert_pem)
    ca_key = serialization.load_pem_private_key(authority.key_pem, password=None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise Malformed("tls-key-kind", "the authority's key is not an elliptic-curve key")
    both_ends = x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    )
    lifetime = datetime.timedelta(days=LEAF_DAYS)
    cert = (
        _builder(_name(code, "node"), ca_cert.subject, key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(both_ends, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .add_extension(x509.SubjectAlternativeName([_host(h) for h in hosts]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return _certified(key, cert)


def check_authority(cert_pem: str, code: str) -> None:
    """Refuse a card's certificate unless it is one self-signed P-256 authority named ``code``.

    Raises `Malformed` for bytes which are no such certificate, `Unverified` for a bad signature.
    Anything looser would let a peer's card admit, say, a public authority to our door.
    """
    if len(cert_pem) > PEM_LIMIT:
        raise Malformed("tls-authority-size", "certificate larger than 8 kB", where="card: ca")
    try:
        cert = x509.load_pem_x509_certificate(cert_pem.encode("ascii"))
        basic = cert.extensions.get_extension_for_class(x509.BasicConstraints).value
        canonical = cert.public_bytes(serialization.Encoding.PEM).decode("ascii")
        named = cert.subject == cert.issuer == _name(code, "node authority")
        key = cert.public_key()
    except (ValueError, TypeError, x509.ExtensionNotFound, UnicodeError) as error:
        raise Malformed(
            "tls-authority-form", "not a certificate authority in PEM", where="card: ca"
        ) from error
    if canonical != cert_pem:
        raise Malformed("tls-authority-form", "more than one certificate in PEM", where="card: ca")
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise Malformed("tls-authority-key", "key is not on P-256", where="card: ca")
    if not (basic.ca and basic.path_length == 0 and named):
        raise Malformed("tls-authority-name", "authority is not the node's own", where="card: ca")
    try:
        cert.verify_directly_issued_by(cert)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Unverified(
            "tls-authority-signature", "authority is not self-signed", where="card: ca"
        ) from error


def client_context(own: Certified, peer_authority_pem: str) -> ssl.SSLContext:
    """A context which shows our leaf and believes the one peer's authority alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=peer_authority_pem)
    _load(context, own)
    return context


def server_context(own: Certified, authorities: Iterable[str]) -> ssl.SSLContext:
    """A context which demands a certificate of one of ``authorities`` (PEM), always."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    # A resumed session is not verified again: without tickets a peer who left stays out.
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET
    for pem in authorities:
        context.load_verify_locations(cadata=pem)
    _load(context, own)
    return context


class Door:
    """The server's side of TLS: its context, which follows the peers who join and leave.

    ``context`` is given once to the server (uvicorn's ``ssl_context_factory``) and stays; each
    new connection is handed the newest rules by `admit`. The node's own authority is admitted too,
    so that the self-test can tell a closed door from a dead one.
    """

    def __init__(self, own: Certified, own_authority_pem: str, peers: Iterable[str] = ()) -> None:
        self._own_authority = own_authority_pem
        self._lock = threading.Lock()
        self._current = server_context(own, [own_authority_pem, *peers])
        self.context = server_context(own, [own_authority_pem])
        self.context.sni_callback = self._newest

    def admit(self, own: Certified, peers: Iterable[str]) -> None:
        """From the next connection on admit exactly ``peers`` (authorities, PEM) and ourselves."""
        fresh = server_context(own, [self._own_authority, *peers])
        with self._lock:
            self._current = fresh

    def _newest(self, connection: ssl.SSLObject, _name: str | None, _old: ssl.SSLContext) -> None:
        # OpenSSL calls this after the client's hello, with or without a server name, and before
        # the client's certificate is verified: the swapped context's authorities decide.
        with self._lock:
            connection.context = self._current


def check_door(host: str, port: int, own: Certified, own_authority_pem: str) -> None:
    """Start-up self-test: knock without a certificate, with a foreign one, then with our own.

    Raises `Unverified` ("door-open") if either of the first two gets a single byte of answer, and
    `Unavailable` ("door-dead") if ours gets none. The caller must stop serving on any error: one
    server accepted any client at all when one option was left out.
    """
    now = datetime.datetime.now(datetime.UTC)
    foreign = issue(make_authority("ZZZ", now), "ZZZ", ["foreign.invalid"], now)
    for who, knocker in (("no certificate", None), ("a foreign certificate", foreign)):
        if _answers(host, port, knocker, own_authority_pem):
            raise Unverified(
                "door-open",
                f"the server answers a client with {who}",
                where=f"{host}:{port}",
                hint="stop serving and check the TLS settings",
            )
    if not _answers(host, port, own, own_authority_pem):
        raise Unavailable(
            "door-dead",
            "the server does not answer its own certificate",
            where=f"{host}:{port}",
            hint="check the address and that the certificate names this host",
        )


def _answers(host: str, port: int, knocker: Certified | None, authority_pem: str) -> bool:
    """Whether one byte of HTTP comes back. In TLS 1.3 a refusal arrives after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority_pem)
    if knocker is not None:
        _load(context, knocker)
    request = f"GET /exchange/v1/status HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    try:
        with (
            socket.create_connection((host, port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host) as secured,
        ):
            secured.sendall(request.encode("ascii"))
            return bool(secured.recv(1))
    except OSError:
        return False


def _name(code: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Comity"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role),
            x509.NameAttribute(NameOID.COMMON_NAME, code),
        ]
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime.datetime,
    lifetime: datetime.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Small states' clocks differ: a leaf issued now must not be refused as not yet valid.
        .not_valid_before(now - CLOCK_SKEW)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _certified(key: ec.EllipticCurvePrivateKey, cert: x509.Certificate) -> Certified:
    return Certified(
        key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        cert_pem=cert.public_bytes(serialization.Encoding.PEM),
    )


def _load(context: ssl.SSLContext, own: Certified) -> None:
    """Hand key and certificate to OpenSSL, which reads only files: one, 0600, gone at once."""
    with tempfile.TemporaryDirectory(prefix="comity-tls-") as directory:
        path = Path(directory) / "leaf.pem"
        path.touch(mode=0o600)
        path.write_bytes(own.key_pem + own.cert_pem)
        context.load_cert_chain(path)
