"""Settings, read once from the environment and checked as a whole. Imports nothing of this project.

Production refuses to start on the first look: every fault is listed in one go, so that an operator
mends the environment once. Development needs nothing set: secrets are made in the data folder, and the
addresses of the embedded servers come from the `make run` that runs on the same folder.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

ENVIRONMENTS = ("development", "production", "test")
SHORTEST_SECRET_KEY = 32
FEWEST_DIFFERENT_CHARACTERS = 10
KNOWN_SECRET_KEYS = re.compile(
    r"change.?me|secret.?key|your.?secret|insecure|example|password|default|placeholder", re.I
)
FIELD_KEY_BYTES = 32
FIELD_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")

DATABASE_SCHEMES = ("postgresql+psycopg", "postgresql", "postgres")
BROKER_SCHEMES = ("redis", "rediss", "redis+socket")
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")
LOOKUP_SCHEMES = ("http", "https", "file")
MAIL_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+")


class ConfigurationFault(Exception):
    """The environment does not describe a system that may start. `faults` holds one sentence for each reason."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(["The configuration is not usable:", *(f"  - {fault}" for fault in faults)]))


@dataclass(frozen=True, slots=True)
class FieldKey:
    """A key for encrypted columns. `id` is stored beside each ciphertext, so that keys can be rotated."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Secrets and addresses with passwords stay out of `repr`, hence out of logs.

    `field_keys`: the first one encrypts, all of them decrypt.
    `database_app_url`: a login that has only the app's role; None: the owner's login, narrowed by SET LOCAL ROLE.
    `sample`: whether a first start loads the sample cases.
    `trusted_proxies`: how many reverse proxies stand in front, whose word on address and scheme is taken.
    `smtp_url`: one relay or several, with commas, in the order in which they are tried; `relay_lookup_url`: one place
    for all of them or one for each. `resends_uncertain`: what becomes of a mail of which nobody can know whether the
    relay took it. Rates are mails a minute.
    """

    environment: str
    data_dir: Path
    port: int
    base_url: str
    mail_from: str
    sample: bool
    secret_key: str = field(repr=False)
    field_keys: tuple[FieldKey, ...] = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    database_app_url: str | None = field(default=None, repr=False)
    broker_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    pathway_dir: Path | None = None
    trusted_proxies: int = 0
    relay_lookup_url: str | None = field(default=None, repr=False)
    resends_uncertain: bool = True
    reminder_lease_s: int = 60
    reminder_grace_s: int = 30
    reminder_tick_s: int = 60
    reminder_pause_s: int = 21_600
    relay_rate: int | None = None
    domain_rate: int | None = None
    bounce_address: str | None = None
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def is_production(self) -> bool:
        """Whether real people's data is at stake: cookies are `__Host-`, addresses are https."""
        return self.environment == "production"

    @property
    def smtp_urls(self) -> tuple[str, ...]:
        """The relays, in the order in which they are tried."""
        return _several(self.smtp_url)

    @property
    def relay_lookup_urls(self) -> tuple[str, ...]:
        """Where relays can be asked whether they took a mail: none, one for all, or one for each relay."""
        return _several(self.relay_lookup_url)

    @property
    def redis_url(self) -> str | None:
        """The broker's address as the `redis` package writes it (`unix:///path?db=0` for a socket)."""
        return _with_socket_scheme(self.broker_url, "unix")

    @property
    def limiter_url(self) -> str | None:
        """The broker's address as Flask-Limiter writes it (`redis+unix:///path?db=0` for a socket)."""
        return _with_socket_scheme(self.broker_url, "redis+unix")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment (the process's own when none is given). Raises ConfigurationFault."""
    values = {name: text.strip() for name, text in (os.environ if environ is None else environ).items() if text.strip()}
    faults: list[str] = []
    environment = _environment(values, faults)
    production = environment == "production"
    data_dir = Path(values.get("TRACKER_DATA_DIR", "var")).expanduser().absolute()
    port = _port(values, faults)
    servers = {} if production else _running_servers(data_dir)
    settings = Settings(
        environment=environment,
        data_dir=data_dir,
        port=port,
        base_url=_base_url(values, port, production, faults),
        mail_from=values.get("TRACKER_MAIL_FROM", _default_sender(values)),
        sample=_switch(values, "SAMPLE", not production, faults),
        trusted_proxies=_trusted_proxies(values, faults),
        secret_key=_secret_key(values, data_dir, production, faults),
        field_keys=_field_keys(values, data_dir, production, faults),
        database_url=_database_url(values, "DATABASE_URL", servers, faults),
        database_app_url=_database_url(values, "DATABASE_APP_URL", servers, faults),
        broker_url=_server_url(values, "BROKER_URL", servers, BROKER_SCHEMES, faults),
        smtp_url=_server_urls(values, "SMTP_URL", servers, SMTP_SCHEMES, faults),
        pathway_dir=_pathway_dir(values, faults),
        relay_lookup_url=_server_urls(values, "RELAY_LOOKUP_URL", {}, LOOKUP_SCHEMES, faults),
        resends_uncertain=_resends_uncertain(values, faults),
        reminder_lease_s=_number(values, "REMINDER_LEASE_S", 60, (3, 3600), faults),
        reminder_grace_s=_number(values, "REMINDER_GRACE_S", 30, (0, 3600), faults),
        reminder_tick_s=_number(values, "REMINDER_TICK_S", 60, (1, 3600), faults),
        reminder_pause_s=_number(values, "REMINDER_PAUSE_S", 21_600, (60, 31_536_000), faults),
        relay_rate=_number(values, "RELAY_RATE", 0, (0, 10_000_000), faults) or None,
        domain_rate=_number(values, "DOMAIN_RATE", 0, (0, 10_000_000), faults) or None,
        bounce_address=_bounce_address(values, faults),
        metrics_token=values.get("METRICS_TOKEN"),
    )
    if len(settings.relay_lookup_urls) > 1 and len(settings.relay_lookup_urls) != len(settings.smtp_urls):
        faults.append("RELAY_LOOKUP_URL must name one place for all relays, or one for each of SMTP_URL.")
    if production:
        faults += _missing_in_production(values)
    if faults:
        raise ConfigurationFault(faults)
    return settings


def _missing_in_production(values: Mapping[str, str]) -> list[str]:
    needed = {
        "DATABASE_URL": "the PostgreSQL database (postgresql+psycopg://owner:password@host/name)",
        "BROKER_URL": "the Valkey or Redis broker (redis://host:6379/0)",
        "SMTP_URL": "the mail relay (smtp+starttls://user:password@host:587)",
        "BASE_URL": "the address people type (https://…)",
    }
    faults = [f"{name} is missing: it names {what}." for name, what in needed.items() if name not in values]
    if values.get("FLASK_DEBUG", "0").lower() not in ("0", "false", "no"):
        faults.append("FLASK_DEBUG is on: debug mode hands a console to whoever meets an error.")
    return faults


def _environment(values: Mapping[str, str], faults: list[str]) -> str:
    environment = values.get("TRACKER_ENV", "development")
    if environment not in ENVIRONMENTS:
        faults.append(f"TRACKER_ENV is {environment!r}; it can be {', '.join(ENVIRONMENTS)}.")
        return "production"
    return environment


def _port(values: Mapping[str, str], faults: list[str]) -> int:
    text = values.get("PORT", "8000")
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    faults.append(f"PORT is {text!r}; it must be a whole number from 1 to 65535.")
    return 8000


def _trusted_proxies(values: Mapping[str, str], faults: list[str]) -> int:
    text = values.get("TRACKER_TRUSTED_PROXIES", "0")
    if text.isascii() and text.isdigit() and int(text) <= 10:
        return int(text)
    faults.append(f"TRACKER_TRUSTED_PROXIES is {text!r}; it must be the number of reverse proxies in front, 0 to 10.")
    return 0


def _switch(values: Mapping[str, str], name: str, default: bool, faults: list[str]) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    text = values.get(name)
    if text is None:
        return default
    if text.lower() not in words:
        faults.append(f"{name} is {text!r}; it can be 1 or 0.")
    return words.get(text.lower(), default)


def _base_url(values: Mapping[str, str], port: int, production: bool, faults: list[str]) -> str:
    text = values.get("BASE_URL", f"http://localhost:{port}").rstrip("/")
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        faults.append(f"BASE_URL is {text!r}; it must be an address such as https://cases.example.org.")
    elif parts.query or parts.fragment or parts.username:
        faults.append("BASE_URL must hold no user name, query or fragment.")
    elif production and "BASE_URL" in values and parts.scheme != "https":
        faults.append("BASE_URL uses plain http: passwords and cookies would cross the network in the open.")
    return text


def _default_sender(values: Mapping[str, str]) -> str:
    parts = _split(values.get("BASE_URL", ""))
    return f"reminders@{(parts and parts.hostname) or 'localhost'}"


def _secret_key(values: Mapping[str, str], data_dir: Path, production: bool, faults: list[str]) -> str:
    key = values.get("SECRET_KEY")
    if key is None:
        if not production:
            return _kept_secret(data_dir, "secret_key", lambda: secrets.token_urlsafe(48))
        faults.append("SECRET_KEY is missing: it signs sessions. Make one: openssl rand -base64 48")
    elif production and len(key) < SHORTEST_SECRET_KEY:
        faults.append(f"SECRET_KEY is too short: it needs {SHORTEST_SECRET_KEY} characters or more.")
    elif production and (KNOWN_SECRET_KEYS.search(key) or len(set(key)) < FEWEST_DIFFERENT_CHARACTERS):
        faults.append("SECRET_KEY is a known or guessable value. Make one: openssl rand -base64 48")
    return key or ""


def _field_keys(values: Mapping[str, str], data_dir: Path, production: bool, faults: list[str]) -> tuple[FieldKey, ...]:
    text = values.get("TRACKER_FIELD_KEYS")
    file = values.get("TRACKER_FIELD_KEYS_FILE")
    if text is None and file is not None:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(f"TRACKER_FIELD_KEYS_FILE can't be read: {error}.")
            return ()
    if text is None and not production:
        text = _kept_secret(data_dir, "field_keys", _new_field_key)
    if text is None:
        faults.append(
            "TRACKER_FIELD_KEYS (or TRACKER_FIELD_KEYS_FILE) is missing: the keys of encrypted fields, written "
            'NAME:KEY, the newest first. Make one: echo "k1:$(openssl rand -base64 32)"'
        )
        return ()
    return _parse_field_keys(text, faults)


def _parse_field_keys(text: str, faults: list[str]) -> tuple[FieldKey, ...]:
    keys: dict[str, FieldKey] = {}
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        name, _, encoded = entry.partition(":")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if not FIELD_KEY_ID.fullmatch(name) or len(secret) != FIELD_KEY_BYTES:
            # The entry itself stays out of the message: it may be a key with one wrong letter.
            faults.append(f"Field key {number} is not NAME:KEY with a key of {FIELD_KEY_BYTES} bytes in base64.")
        elif name in keys:
            faults.append(f"Two field keys are called {name!r}.")
        else:
            keys[name] = FieldKey(name, secret)
    return tuple(keys.values())


def _new_field_key() -> str:
    return "dev1:" + base64.b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode("ascii")


def _kept_secret(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    """A secret of a development copy: made once, then read. Two processes that start together agree on one."""
    folder = data_dir / "secrets"
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first; then its secret holds
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def _database_url(values: Mapping[str, str], name: str, servers: Mapping[str, str], faults: list[str]) -> str | None:
    url = _server_url(values, name, servers, DATABASE_SCHEMES, faults)
    if url is None:
        return None
    return "postgresql+psycopg" + url[url.index("://") :] if "://" in url else url


def _server_url(
    values: Mapping[str, str], name: str, servers: Mapping[str, str], schemes: tuple[str, ...], faults: list[str]
) -> str | None:
    url = values.get(name) or servers.get(name)
    if url is None:
        return None
    parts = _split(url)
    if parts is None or parts.scheme not in schemes:
        faults.append(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return url


def _several(urls: str | None) -> tuple[str, ...]:
    return tuple(url.strip() for url in (urls or "").split(",") if url.strip())


def _server_urls(
    values: Mapping[str, str], name: str, servers: Mapping[str, str], schemes: tuple[str, ...], faults: list[str]
) -> str | None:
    """Several addresses with commas between them, each of which is checked."""
    urls = _several(values.get(name) or servers.get(name))
    for url in urls:
        _server_url({name: url}, name, {}, schemes, faults)
    return ",".join(urls) or None


def _number(values: Mapping[str, str], name: str, default: int, bounds: tuple[int, int], faults: list[str]) -> int:
    text = values.get(name, str(default))
    if text.isascii() and text.isdigit() and bounds[0] <= int(text) <= bounds[1]:
        return int(text)
    faults.append(f"{name} is {text!r}; it must be a whole number from {bounds[0]} to {bounds[1]}.")
    return default


def _resends_uncertain(values: Mapping[str, str], faults: list[str]) -> bool:
    text = values.get("UNCERTAIN_MAIL", "resend")
    if text not in ("resend", "hold"):
        faults.append(f"UNCERTAIN_MAIL is {text!r}; it can be resend or hold.")
    return text != "hold"


def _bounce_address(values: Mapping[str, str], faults: list[str]) -> str | None:
    text = values.get("BOUNCE_ADDRESS")
    if text is not None and not MAIL_ADDRESS.fullmatch(text):
        faults.append("BOUNCE_ADDRESS must be a plain address such as bounces@example.org.")
    return text


def _pathway_dir(values: Mapping[str, str], faults: list[str]) -> Path | None:
    text = values.get("TRACKER_PATHWAY_DIR")
    if text is None:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        faults.append(f"TRACKER_PATHWAY_DIR is {text!r}, which is not a folder.")
    return path


def _running_servers(data_dir: Path) -> dict[str, str]:
    """Addresses of the servers that a living `make run` started on this data folder; empty when there is none."""
    try:
        record = json.loads((data_dir / "run" / "servers.json").read_text(encoding="utf-8"))
        if process_start(int(record["pid"])) != record["started"]:
            return {}
        return {str(name): str(url) for name, url in record["urls"].items() if url}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def process_start(pid: int) -> str | None:
    """When a process began, in clock ticks since boot: with the pid it names one process for good. None: not alive."""
    try:
        # The second field, the command, may hold spaces and brackets: count from its last closing bracket.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[19]


def _with_socket_scheme(url: str | None, scheme: str) -> str | None:
    if url is None or not url.startswith("redis+socket://"):
        return url
    parts = urlsplit(url)
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"{scheme}://{parts.path}?db={number}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
