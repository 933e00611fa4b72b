"""The installation around the servers: its address, proxies, disk, keys, what was seen at work, backups."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from tracker.accounts.models import Person
from tracker.backup.keys import missing_keys
from tracker.doctor.findings import Finding, fault, fine, warning
from tracker.files.store import waiting_files
from tracker.reminders.models import Reminder
from tracker.reminders.queries import oldest_unsent_s

SEEN_WITHIN = timedelta(minutes=5)
BACKUP_WITHIN = timedelta(hours=26)
STUCK_S = 900
MOST_IN_QUARANTINE = 20
LEAST_FREE_BYTES, LEAST_FREE_PART = 1024**3, 0.05


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """What is lawful and still unwise."""
    yield judged_proxies(settings)
    yield judged_anchors(settings)
    yield judged_mail_without_key(settings)
    yield from look_at_disk(settings.data_dir)


def judged_proxies(settings: Settings) -> Finding:
    """Whether addresses of visitors are their own."""
    if settings.is_production and not settings.trusted_proxies:
        return fault(
            "proxies",
            "BASE_URL is https, which a proxy has to speak, but TRACKER_TRUSTED_PROXIES is 0: everybody seems to come "
            "from one address, and ten wrong passwords lock all new browsers out.",
            "Set TRACKER_TRUSTED_PROXIES to the number of proxies in front, mostly 1.",
        )
    return fine("proxies", f"{settings.trusted_proxies} proxies are believed.")


def judged_anchors(settings: Settings) -> Finding:
    """Whether the audit's signed head leaves this machine."""
    if settings.is_production and settings.audit_mail is None and settings.audit_anchor_dir is None:
        return warning(
            "anchors",
            "The signed head of the audit goes nowhere: whoever owns the database could put all of it back a week.",
            "Set TRACKER_AUDIT_MAIL to a mailbox that administrators of this server don't hold.",
        )
    return fine("anchors", "The audit's head is kept elsewhere, or this is no production.")


def judged_mail_without_key(settings: Settings) -> Finding:
    """What an open mail says."""
    if settings.mail_without_key == "minimal":
        return fine(
            "mail without a key", "What is not encrypted says a number, a day and a link, whatever it is about."
        )
    return fine(
        "mail without a key",
        "Whoever never gave an OpenPGP key is mailed titles and references of public and internal matters "
        "(TRACKER_MAIL_WITHOUT_KEY=minimal: of none).",
    )


def look_at_disk(folder: Path) -> Iterator[Finding]:
    """The data folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usage = shutil.disk_usage(folder)
    except OSError:
        yield fault("data folder", "The data folder can't be made or read.", "Correct TRACKER_DATA_DIR.")
        return
    if not os.access(folder, os.W_OK):
        yield fault("data folder", "The data folder can't be written to.", "chown it to the user of this process.")
    yield judged_disk(usage.free, usage.total)


def judged_disk(free: int, total: int) -> Finding:
    """Bytes."""
    says = f"{free / 1024**3:.1f} GiB are free."
    if free < LEAST_FREE_BYTES or free < LEAST_FREE_PART * total:
        return fault("disk", f"The disk is nearly full: {says}", "Make room; a full disk stops the database.")
    return fine("disk", says)


def look_at_work(
    session: Session, settings: Settings, seen: Mapping[str, datetime], now: datetime
) -> Iterator[Finding]:
    """What the database knows of keys, machinery, mail and backups. `now`: by the database's clock."""
    yield judged_keys(missing_keys(session, settings))
    for name, what in (("worker", "A worker"), ("beat", "Beat"), ("done", "A whole tick")):
        yield judged_sighting(name, what, seen.get(name), now)
    yield judged_oldest(oldest_unsent_s(session))
    yield judged_bounces(session.scalar(select(func.count()).where(Person.mail_fault.is_not(None), Person.active)) or 0)
    dead = select(func.count()).select_from(Reminder).where(Reminder.status == "dead", Reminder.looked_at.is_(None))
    yield judged_dead(session.scalar(dead) or 0)
    yield judged_quarantine(waiting_files(session), settings.clamav_socket is not None)
    yield judged_backup(settings.is_production, seen.get("backup"), now)


def judged_keys(missing: list[str]) -> Finding:
    """Keys that rows name and the settings do not hold."""
    if missing:
        return fault(
            "field keys",
            f"Fields were encrypted with keys that are not here: {', '.join(missing)}.",
            "Add them to TRACKER_FIELD_KEYS (flask backup keys FILE prints what was sealed).",
        )
    return fine("field keys", "Every key that is in use is here.")


def judged_sighting(name: str, what: str, at: datetime | None, now: datetime) -> Finding:
    """When a part of the machinery was last at work."""
    mend = "Start workers and beat, and look at their logs; reminders wait meanwhile and are not lost."
    if at is None:
        return fault(name, f"{what} was never seen.", mend)
    if now - at > SEEN_WITHIN:
        return fault(name, f"{what} was last seen {int((now - at).total_seconds() // 60)} minutes ago.", mend)
    return fine(name, f"{what} was seen lately.")


def judged_oldest(age_s: float | None) -> Finding:
    """How long the oldest mail waits that should have gone."""
    if age_s is not None and age_s > STUCK_S:
        return fault(
            "mail",
            f"Mail waits for {int(age_s // 60)} minutes.",
            "Look at relay and workers, above, and at the ledger.",
        )
    return fine("mail", "No mail waits for long.")


def judged_bounces(count: int) -> Finding:
    """People whose mail came back."""
    if count:
        return warning(
            "addresses",
            f"The mail of {count} people came back; they are told in the app alone.",
            "The page Watchdog names them.",
        )
    return fine("addresses", "Nobody's mail came back.")


def judged_dead(count: int) -> Finding:
    """Mails that were given up and that nobody has looked at."""
    if count:
        return warning(
            "dead mail",
            f"{count} mails were given up, and nobody has looked at them.",
            "The ledger says why, and sends them again.",
        )
    return fine("dead mail", "No mail was given up unseen.")


def judged_quarantine(waiting: int, has_scanner: bool) -> Finding:
    """Files that no scanner has looked at."""
    if waiting and not has_scanner:
        return fault(
            "quarantine",
            f"{waiting} files are in quarantine, and no scanner is named.",
            "Set TRACKER_CLAMAV_SOCKET for web and worker again; without a scanner nobody opens them.",
        )
    if waiting > MOST_IN_QUARANTINE:
        return warning("quarantine", f"{waiting} files are in quarantine.", "Look at the scanner, above.")
    return fine("quarantine", "No files are stuck in quarantine.")


def judged_backup(is_production: bool, at: datetime | None, now: datetime) -> Finding:
    """When the last backup was made."""
    mend = "flask backup create --to … --recipient …, daily, and the file off this machine."
    if at is None:
        says = "No backup was ever made."
        return fault("backup", says, mend) if is_production else warning("backup", says, mend)
    if now - at > BACKUP_WITHIN:
        return fault("backup", f"The last backup is {int((now - at).total_seconds() // 3600)} hours old.", mend)
    return fine("backup", "There is a backup of the last day.")
