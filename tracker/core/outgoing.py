"""Requests that this program itself makes to others: to named hosts alone, at an address that was judged and then kept.

A name is looked up once, its address judged, and the connection made to that very address, so that a second answer of
the name server can't lead elsewhere. Redirections are answers and not followed; proxies of the environment are no way.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

_TRANSLATED = IPv6Network("64:ff9b::/96")
DEFAULT_PORTS = {"http": 80, "https": 443}


class RefusedTarget(OSError):
    """The request was not made: the host is not one of ours to ask, or its address is none to speak to."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Who may be asked. `may_be_inside`: also on this machine and in its own networks, as an operator may want."""

    hosts: frozenset[str]
    may_be_inside: bool = False

    def status_of(self, url: str, headers: dict[str, str], seconds: float) -> int:
        """Ask with GET; the status of the answer, whose body is not read. Raises OSError, http.client.HTTPException."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in DEFAULT_PORTS or host not in self.hosts:
            raise RefusedTarget("This host is not one that may be asked.")
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        kind = _PinnedTLS if parts.scheme == "https" else _Pinned
        connection = kind(host, port, timeout=seconds)
        connection.addresses = self._addresses_of(host, port)
        try:
            path = parts.path or "/"
            connection.request("GET", f"{path}?{parts.query}" if parts.query else path, headers=headers)
            return int(connection.getresponse().status)
        finally:
            connection.close()

    def _addresses_of(self, host: str, port: int) -> tuple[str, ...]:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        if not found or not all(self.may_speak_to(address) for address in found):
            raise RefusedTarget("This host leads to an address that is none to speak to.")
        return tuple(sorted(found, key=lambda address: (":" in address, address)))

    def may_speak_to(self, address: str) -> bool:
        """Never what is link-local (a cloud's own data), multicast or nothing; what is inside where that is wanted."""
        real = _unwrapped(address.partition("%")[0])
        if real is None or real.is_link_local or real.is_multicast or real.is_unspecified:
            return False
        return self.may_be_inside or (real.is_global and not real.is_reserved)


def _unwrapped(address: str) -> IPv4Address | IPv6Address | None:
    """The address that is meant where one is written inside another."""
    try:
        written = ip_address(address)
    except ValueError:
        return None
    if isinstance(written, IPv4Address):
        return written
    if written in _TRANSLATED:
        return IPv4Address(int(written) & 0xFFFFFFFF)
    return written.ipv4_mapped or written.sixtofour or (written.teredo[1] if written.teredo else written)


class _Pinned(http.client.HTTPConnection):
    """A connection to one of `addresses`, whatever the host's name leads to by now."""

    addresses: tuple[str, ...] = ()

    def connect(self) -> None:
        """To the first judged address that answers."""
        for address in self.addresses[:-1]:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
            except OSError:
                continue
            return
        self.sock = socket.create_connection((self.addresses[-1], self.port), self.timeout)


class _PinnedTLS(_Pinned):
    """The same with TLS, whose certificate must be the host's."""

    def connect(self) -> None:
        """To a judged address, under the host's name."""
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
