"""A device with passkeys, in sixty lines: what a browser and its authenticator would answer, in software."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey for one site. `origin` is where its browser stands; `knows_owner`: a finger or a code was shown."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    knows_owner: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, challenge: str, handle: bytes) -> str:
        """What the script puts into `credential` after navigator.credentials.create()."""
        self.handle = handle
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested}
        client = self._client("webauthn.create", challenge)
        return self._told({"clientDataJSON": client, "attestationObject": cbor2.dumps(said)}, transports=["internal"])

    def show(self, challenge: str) -> str:
        """The same after navigator.credentials.get()."""
        self.count += 1
        client, data = self._client("webauthn.get", challenge), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        return self._told(said)

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.knows_owner else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": bytes_to_base64url(challenge.encode()), "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _told(self, said: dict[str, bytes], **more: Any) -> str:
        response = {name: bytes_to_base64url(value) for name, value in said.items() if value} | more
        name = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def challenge_on(page: str) -> str:
    """The challenge that stands on the page."""
    return unescape(page.partition('name="challenge" value="')[2].partition('"')[0])
