"""A signer's key and certificate chain: read from files, or made for a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assembly.provenance.errors import UnfitCredentials

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_BYTES_MAX = 100_000
_TEST_DAYS = 30
TEST_NAME = "Check the Gate TEST certificate, not trusted by anybody"
"""The subject of a test certificate: whoever reads the signature reads this."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """PEM texts: the private key, and the chain from the signer's certificate upwards. `algorithm`: its C2PA name.
    `test`: made here, and worth nothing outside of a test.
    """

    key: str = field(repr=False)
    chain: str
    algorithm: str
    test: bool = False


def read_credentials(key: Path, chain: Path) -> Credentials:
    """The credentials in two PEM files. Raises UnfitCredentials, which names the file and never its content."""
    key_text, chain_text = _text(key), _text(chain)
    try:
        private = serialization.load_pem_private_key(key_text.encode(), password=None)
    except (ValueError, TypeError):
        cure = "Give an unencrypted PEM key (PKCS #8), readable by you alone."
        raise UnfitCredentials(str(key), "it is not a private key that can be read", cure) from None
    try:
        signer, *above = x509.load_pem_x509_certificates(chain_text.encode())
    except ValueError:
        raise UnfitCredentials(str(chain), "it holds no PEM certificates", _CHAIN) from None
    _refuse_unfit(chain, signer, above)
    if _spki(signer.public_key()) != _spki(private.public_key()):
        raise UnfitCredentials(str(chain), f"its first certificate is not that of the key in {key}", _CHAIN)
    plain = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Credentials(plain.decode(), chain_text, _algorithm(key, private))


def credentials_for_a_test() -> Credentials:
    """A key and a chain of two certificates, valid for 30 days, that nobody trusts."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name(f"{TEST_NAME} (authority)")
    authority = _certificate(issuer, issuer, above.public_key(), now).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    signer = (
        _certificate(_name(TEST_NAME), issuer, own.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
    )
    made = [
        signer.sign(above, hashes.SHA256()),
        authority.add_extension(_usage(sign=False), critical=True).sign(above, hashes.SHA256()),
    ]
    chain = "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in made)
    key = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return Credentials(key, chain, "es256", test=True)


_CHAIN = "Give the PEM chain that your certificate authority sent: your certificate first, then those above it."


def _refuse_unfit(chain: Path, signer: x509.Certificate, above: list[x509.Certificate]) -> None:
    """What the C2PA specification demands of a signer's certificate, and what takes people longest to find."""
    name = str(chain)
    if signer.issuer == signer.subject and not above:
        raise UnfitCredentials(name, "its certificate is signed by itself; C2PA takes none such", _CHAIN)
    if signer.version is not x509.Version.v3:
        raise UnfitCredentials(name, "its certificate is not X.509 version 3", "Ask your authority for one.")
    now = datetime.now(UTC)
    if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
        until = f"{signer.not_valid_before_utc:%Y-%m-%d} to {signer.not_valid_after_utc:%Y-%m-%d}"
        raise UnfitCredentials(name, f"its certificate is valid {until}, and not now", "Renew it.")
    try:
        usage = signer.extensions.get_extension_for_class(x509.KeyUsage).value
        signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        cause = "its certificate does not say what it may be used for"
        raise UnfitCredentials(name, cause, "Ask your authority for a certificate for C2PA or e-mail.") from None
    if not usage.digital_signature:
        raise UnfitCredentials(name, "its certificate may not sign", "Ask for the key usage digitalSignature.")


def _algorithm(key: Path, private: object) -> str:
    match private:
        case ec.EllipticCurvePrivateKey() if private.curve.name in _CURVES:
            return _CURVES[private.curve.name]
        case rsa.RSAPrivateKey():
            return "ps256"
        case ed25519.Ed25519PrivateKey():
            return "ed25519"
    raise UnfitCredentials(
        str(key), "C2PA knows no signature of such a key", "Use one on the curve P-256, P-384 or P-521, RSA or Ed25519."
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise UnfitCredentials(str(path), "it is too large for a PEM file", _CHAIN)
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise UnfitCredentials(str(path), "it cannot be read as a PEM file", _CHAIN) from None


def _spki(public: object) -> bytes:
    assert hasattr(public, "public_bytes")
    found: bytes = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return found


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64]), _TEST_ORGANISATION])


_TEST_ORGANISATION = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test only")


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, since: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=_TEST_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    """For signing files, or for signing certificates."""
    return x509.KeyUsage(
        digital_signature=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not sign,
        crl_sign=not sign,
        encipher_only=False,
        decipher_only=False,
    )
