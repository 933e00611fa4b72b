"""What production refuses to start with, each with its reason. Everything is looked at, so that one look mends all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, parse_qs, unquote

from configuration.addresses import is_number, is_this_machine, several, split
from configuration.own_secrets import FieldKey

NEEDED = {
    "BROKER_URL": "the Valkey or Redis broker (redis://:password@host:6379/0)",
    "SMTP_URL": "the mail relay (smtp+starttls://user:password@host:587)",
    "BASE_URL": "the address people type (https://…)",
}
DATABASES = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_JOBS_URL")
"""Of these a process needs its own: which one, its entry knows."""
SHORTEST_SECRET_KEY = 32
SHORTEST_TOKEN = 24
SHORTEST_PASSWORD = 12
FEWEST_DIFFERENT_CHARACTERS = 10
FEWEST_DIFFERENT_BYTES = 12
KNOWN_SECRETS = re.compile(
    r"change.?me|secret.?key|your.?secret|insecure|example|password|default|placeholder|tracker|postgres", re.I
)
CLEAR = ("disable", "allow", "prefer")
"""How libpq is told that it need not encrypt; on a network of the installation's own, names have no dots."""
OFF = ("0", "false", "no", "off")
DEBUG_SWITCHES = ("FLASK_DEBUG", "PYTHONDEVMODE")


def refusals(values: Mapping[str, str], keys: tuple[FieldKey, ...], trusted_proxies: int) -> list[str]:
    """One sentence for each thing that production must not start with. None of them repeats a secret."""
    return [
        *_missing(values),
        *_debugging(values),
        *_guessable_secrets(values),
        *_guessable_field_keys(keys),
        *_site(values),
        *_servers(values),
        *_relays(values),
        *_proxies(values, trusted_proxies),
    ]


def refusals_of_ticks(values: Mapping[str, str]) -> list[str]:
    """The same for a beat, which is given the broker alone."""
    return [*_without(values, "BROKER_URL"), *_debugging(values), *_servers(values), *_too_much_for_ticks(values)]


def _too_much_for_ticks(values: Mapping[str, str]) -> Iterator[str]:
    for name in (*DATABASES, "SECRET_KEY", "TRACKER_FIELD_KEYS", "TRACKER_AUDIT_KEY", "SMTP_URL"):
        if name in values or f"{name}_FILE" in values:
            yield f"{name} is given to a process that only ticks (TRACKER_ONLY_TICKS): it needs the broker alone."


def _missing(values: Mapping[str, str]) -> Iterator[str]:
    if not any(name in values or f"{name}_FILE" in values for name in DATABASES):
        yield (
            "DATABASE_URL is missing: it names the PostgreSQL database (postgresql://owner:password@host/name). "
            "The web needs DATABASE_APP_URL instead, workers need DATABASE_JOBS_URL as well."
        )
    yield from _without(values, *NEEDED)


def _without(values: Mapping[str, str], *names: str) -> Iterator[str]:
    for name in names:
        if name not in values and f"{name}_FILE" not in values:  # why a file can't be read is told already
            yield f"{name} is missing: it names {NEEDED[name]}."


def _debugging(values: Mapping[str, str]) -> Iterator[str]:
    for name in DEBUG_SWITCHES:
        if values.get(name, "0").lower() not in OFF:
            yield f"{name} is on: debug mode hands a console to whoever meets an error."
    if values.get("FLASK_ENV", "production") != "production":
        yield "FLASK_ENV is not production: leave it out, TRACKER_ENV says what this copy is."


def _guessable_secrets(values: Mapping[str, str]) -> Iterator[str]:
    key = values.get("SECRET_KEY")
    if key is not None and len(key) < SHORTEST_SECRET_KEY:
        yield f"SECRET_KEY is too short: it needs {SHORTEST_SECRET_KEY} characters or more."
    elif key is not None and is_guessable(key):
        yield "SECRET_KEY is a known or guessable value. Make one: openssl rand -base64 48"
    token = values.get("METRICS_TOKEN")
    if token is not None and (len(token) < SHORTEST_TOKEN or is_guessable(token)):
        yield (
            f"METRICS_TOKEN is too short or guessable: it needs {SHORTEST_TOKEN} characters or more. "
            "Make one: openssl rand -hex 24"
        )


def is_guessable(secret: str) -> bool:
    """Whether somebody who knows what people write into examples would try it."""
    repeats = secret in (secret + secret)[1:-1]
    return repeats or KNOWN_SECRETS.search(secret) is not None or len(set(secret)) < FEWEST_DIFFERENT_CHARACTERS


def _is_known(password: str) -> bool:
    """Whether a password is what people write into examples, with little of their own around it."""
    rest = KNOWN_SECRETS.sub("", password)
    return rest != password and len(rest) < SHORTEST_PASSWORD


def _guessable_field_keys(keys: tuple[FieldKey, ...]) -> Iterator[str]:
    for number, key in enumerate(keys, start=1):
        steps = {(after - before) % 256 for before, after in zip(key.secret, key.secret[1:], strict=False)}
        printable = all(32 <= byte < 127 for byte in key.secret)
        if len(set(key.secret)) < FEWEST_DIFFERENT_BYTES or len(steps) == 1 or printable:
            yield f"Field key {number} is a known or guessable value. Make one: openssl rand -base64 32"
    if len({key.secret for key in keys}) < len(keys):
        yield "Two field keys are the same key under two names."


def _site(values: Mapping[str, str]) -> Iterator[str]:
    parts = split(values.get("BASE_URL", ""))
    if parts is None or not parts.hostname:
        return
    if parts.scheme != "https":
        yield "BASE_URL uses plain http: passwords and cookies would cross the network in the open."
    if is_number(parts.hostname):
        yield "BASE_URL is a number and no name: passkeys work for names only."


def _servers(values: Mapping[str, str]) -> Iterator[str]:
    for name in (*DATABASES, "BROKER_URL"):
        parts = split(values.get(name, ""))
        if parts is None or is_this_machine(_host(parts)):
            continue
        password = unquote(parts.password or "") or _password_elsewhere(name, parts, values)
        if password is None:
            yield f"{name} holds no password: whoever reaches that server could read and write everything in it."
        elif len(password) < SHORTEST_PASSWORD:
            yield f"The password in {name} is too short: it needs {SHORTEST_PASSWORD} characters or more."
        elif _is_known(password):
            yield f"The password in {name} is a known or guessable value. Make one: openssl rand -hex 24"
        if parse_qs(parts.query).get("sslmode", [""])[0] in CLEAR and "." in (_host(parts) or ""):
            yield f"{name} crosses the network in the open: sslmode=verify-full."


def _host(parts: SplitResult) -> str | None:
    """Where it goes; libpq takes the host out of the query too, and a path there is a socket."""
    named = parse_qs(parts.query).get("host", [""])[0]
    return parts.hostname or (None if named.startswith("/") else named)


def _password_elsewhere(name: str, parts: SplitResult, values: Mapping[str, str]) -> str | None:
    """A stand-in for what takes the place of a password: a client's certificate, or a file of passwords."""
    asked = parse_qs(parts.query)
    proofs = ("sslcert", "passfile", "service", "password", "ssl_certfile")
    if any(proof in asked for proof in proofs) or (
        name != "BROKER_URL" and values.keys() & {"PGPASSFILE", "PGPASSWORD"}
    ):
        return "x" * SHORTEST_PASSWORD
    return None


def _relays(values: Mapping[str, str]) -> Iterator[str]:
    allowed = set(several(values.get("SMTP_CLEAR_HOSTS")))
    for parts in filter(None, map(split, several(values.get("SMTP_URL")))):
        if parts.scheme == "smtp" and not is_this_machine(parts.hostname) and parts.hostname not in allowed:
            yield (
                f"SMTP_URL sends mail to {parts.hostname} in the clear: write smtp+starttls:// or smtps://. Where the "
                "relay is reached over a network of this installation's own, name it in SMTP_CLEAR_HOSTS."
            )
    for parts in filter(None, map(split, several(values.get("RELAY_LOOKUP_URL")))):
        if parts.scheme == "http" and not is_this_machine(parts.hostname) and parts.hostname not in allowed:
            yield f"RELAY_LOOKUP_URL asks {parts.hostname} in the clear: https://, or name it in SMTP_CLEAR_HOSTS."


def _proxies(values: Mapping[str, str], trusted_proxies: int) -> Iterator[str]:
    if "*" in values.get("FORWARDED_ALLOW_IPS", "") and not trusted_proxies:
        yield (
            "FORWARDED_ALLOW_IPS is * and TRACKER_TRUSTED_PROXIES is 0: anybody could say that their request came over "
            "https. Leave it out, or say how many proxies stand in front."
        )
