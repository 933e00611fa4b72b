"""Addresses: of the site, of the database, the broker and the relays."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, urlsplit

DATABASE_SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")
BROKER_SCHEMES = ("redis", "rediss", "redis+socket")
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")
LOOKUP_SCHEMES = ("http", "https", "file")


def split(url: str) -> SplitResult | None:
    """The parts of an address; None when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def is_this_machine(host: str | None) -> bool:
    """Whether what goes to `host` stays on this machine; a socket has no host."""
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    return is_number(host) and ip_address(host).is_loopback


def is_number(host: str) -> bool:
    """Whether `host` is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def several(urls: str | None) -> tuple[str, ...]:
    """Addresses with commas between them."""
    return tuple(url.strip() for url in (urls or "").split(",") if url.strip())


def base_url(values: Mapping[str, str], port: int, faults: list[str]) -> str:
    """The address that people type, without a slash at its end."""
    text = values.get("BASE_URL", f"http://localhost:{port}").rstrip("/")
    parts = split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        faults.append(f"BASE_URL is {text!r}; it must be an address such as https://cases.example.org.")
    elif parts.query or parts.fragment or parts.username:
        faults.append("BASE_URL must hold no user name, query or fragment.")
    return text


def default_sender(values: Mapping[str, str]) -> str:
    """Who mails come from where nobody said."""
    parts = split(values.get("BASE_URL", ""))
    return f"reminders@{(parts and parts.hostname) or 'localhost'}"


def database_url(values: Mapping[str, str], name: str, servers: Mapping[str, str], faults: list[str]) -> str | None:
    """The address as SQLAlchemy wants it."""
    url = server_url(values, name, servers, DATABASE_SCHEMES, faults)
    if url is None:
        return None
    return "postgresql+psycopg" + url[url.index("://") :] if "://" in url else url


def server_url(
    values: Mapping[str, str], name: str, servers: Mapping[str, str], schemes: tuple[str, ...], faults: list[str]
) -> str | None:
    """The address that is set, else that of the running copy, else None."""
    url = values.get(name) or servers.get(name)
    if url is None:
        return None
    parts = split(url)
    if parts is None or parts.scheme not in schemes:
        faults.append(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return url


def server_urls(
    values: Mapping[str, str], name: str, servers: Mapping[str, str], schemes: tuple[str, ...], faults: list[str]
) -> str | None:
    """Several addresses with commas between them, each of which is checked."""
    urls = several(values.get(name) or servers.get(name))
    for url in urls:
        server_url({name: url}, name, {}, schemes, faults)
    return ",".join(urls) or None


def with_socket_scheme(url: str | None, scheme: str) -> str | None:
    """A broker's address as another library writes sockets."""
    if url is None or not url.startswith("redis+socket://"):
        return url
    parts = urlsplit(url)
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"{scheme}://{parts.path}?db={number}"
