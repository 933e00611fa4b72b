"""Broker, relays and scanner: whether they answer to who we are, and by which way."""

from __future__ import annotations

from collections.abc import Iterator

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import Settings
from configuration.addresses import is_this_machine
from tracker.doctor.findings import Finding, fault, fine, warning
from tracker.files.scanner import is_there
from tracker.reminders.delivery.relay import Relay
from tracker.reminders.delivery.relay_address import RelayAddress

PATIENCE_S = 5


def look_at_broker(settings: Settings) -> Iterator[Finding]:
    """Valkey or Redis."""
    if settings.redis_url is None:
        yield fault("broker", "No broker is named.", "Set BROKER_URL.")
        return
    client = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=PATIENCE_S,
        socket_connect_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    try:
        client.ping()
        yield fine("broker", "The broker answers.")
        yield judged_memory(str(client.info("memory").get("maxmemory_policy", "noeviction")))
    except (redis.RedisError, OSError) as error:
        yield fault(
            "broker",
            f"The broker named by BROKER_URL does not answer, or not to this password ({type(error).__name__}).",
            "Start it, or correct BROKER_URL (and BROKER_PASSWORD). Reminders wait in the database meanwhile.",
        )
    finally:
        client.close()


def judged_memory(policy: str) -> Finding:
    """What the broker does when its memory is full."""
    if policy != "noeviction":
        return warning(
            "broker's memory",
            f"The broker throws work away when its memory is full ({policy}).",
            "maxmemory-policy noeviction",
        )
    return fine("broker's memory", "The broker throws nothing away.")


def look_at_relays(settings: Settings) -> Iterator[Finding]:
    """Each relay is greeted, with TLS and sign-in where the address says so; no mail is sent."""
    if not settings.smtp_urls:
        yield fault("relay", "No relay is named: nobody is reminded.", "Set SMTP_URL.")
    for url in settings.smtp_urls:
        address = RelayAddress.parse(url)
        relay = Relay(address, "localhost")
        answer = relay.open()
        relay.abandon()
        yield judged_relay(address, None if answer is None else answer.code)


def judged_relay(address: RelayAddress, code: str | None) -> Finding:
    """`code`: why it can't be used, as in the ledger."""
    about = f"relay {address.place}"
    if code is not None:
        return fault(
            about,
            f"The relay can't be used: {code}.",
            "Correct SMTP_URL. Its certificate must be valid for the name; user and password are percent-encoded.",
        )
    if address.security == "smtp" and not is_this_machine(address.host):
        return warning(
            about,
            "Mail goes to this relay in the clear.",
            "smtp+starttls:// or smtps://, unless the way is yours alone.",
        )
    return fine(about, "The relay answers.")


def look_at_scanner(settings: Settings) -> Finding:
    """ClamAV, where one is named."""
    if settings.clamav_socket is None:
        return fine("scanner", "No scanner is named: uploaded files are examined, and not scanned.")
    if is_there(settings.clamav_socket):
        return fine("scanner", "The scanner answers.")
    return fault(
        "scanner",
        "The scanner named by TRACKER_CLAMAV_SOCKET does not answer: uploaded files stay in quarantine.",
        "Start clamd, and let this process's user read and write its socket; what waits is scanned a minute later.",
    )
