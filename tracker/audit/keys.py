"""The keys of the chain: one secret outside the database, of which a MAC key and a signing key are made."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config import FieldKey
from tracker.core.errors import NotConfigured


@dataclass(frozen=True)
class AuditKey:
    """One secret by its name. Whoever has it can write the chain; its public key proves anchors to anybody."""

    id: str
    secret: bytes

    def digest(self, message: bytes) -> bytes:
        """HMAC-SHA-256."""
        return hmac.digest(self._mac_key, message, "sha256")

    def sign(self, message: bytes) -> bytes:
        """Ed25519 (RFC 8032)."""
        return self._signing_key.sign(message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` of `message` was made with this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @cached_property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._signing_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def _mac_key(self) -> bytes:
        return self._derived(b"tracker audit chain")

    @cached_property
    def _signing_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(b"tracker audit anchor"))

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=purpose).derive(self.secret)


@dataclass(frozen=True)
class AuditKeys:
    """`current` chains and signs, all of them verify."""

    current: AuditKey
    by_id: Mapping[str, AuditKey]

    @classmethod
    def of(cls, keys: Sequence[FieldKey]) -> AuditKeys:
        """From the settings. Raises NotConfigured when there is none."""
        if not keys:
            raise NotConfigured(
                "TRACKER_AUDIT_KEY (or TRACKER_AUDIT_KEY_FILE) is missing: the key that chains the audit, written "
                'NAME:KEY. Make one: echo "a1:$(openssl rand -base64 32)"'
            )
        made = [AuditKey(key.id, key.secret) for key in keys]
        return cls(made[0], {key.id: key for key in made})
