"""How many mails may go now to one relay and to one recipient domain: buckets that all workers share.

A bucket fills by the database's clock and holds five seconds' worth of mails at most, so that within any minute no more
than the rate and that little go. Every worker takes out what it is about to send; what it did not need it gives back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from config import Settings

BURST_S = 5.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Mails a minute; None: no limit."""

    per_relay: int | None = None
    per_domain: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> Rates:
        """From RELAY_RATE and DOMAIN_RATE."""
        return cls(settings.relay_rate, settings.domain_rate)

    @property
    def are_limited(self) -> bool:
        return self.per_relay is not None or self.per_domain is not None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bucket gave: so many mails, and after `wait_s` the next one is there."""

    mails: int
    wait_s: float


def draw(left: float, rate: int, elapsed_s: float, wanted: int) -> tuple[float, Grant]:
    """Fill a bucket for `elapsed_s`, and take up to `wanted` mails out of it: (what stays, what was given). Pure."""
    per_second = rate / 60
    room = max(1.0, per_second * BURST_S)
    left = min(room, left + max(0.0, elapsed_s) * per_second)
    given = min(wanted, int(left))
    left -= given
    return left, Grant(given, max(0.0, (1 - left) / per_second))


_MAKE = text(
    """
    INSERT INTO mail_pace (name, "left", counted_at) SELECT unnest(CAST(:names AS varchar[])), 1, clock_timestamp()
    ON CONFLICT DO NOTHING
    """
)
_LOOK = text(
    """
    SELECT name, "left", extract(epoch FROM clock_timestamp() - counted_at)::float AS elapsed_s
      FROM mail_pace WHERE name = ANY(:names) ORDER BY name FOR UPDATE
    """
)
_WRITE = text(
    """
    UPDATE mail_pace p SET "left" = n."left", counted_at = clock_timestamp()
      FROM unnest(CAST(:names AS varchar[]), CAST(:lefts AS float[])) AS n (name, "left") WHERE p.name = n.name
    """
)
_GIVE_BACK = text('UPDATE mail_pace SET "left" = "left" + :mails WHERE name = :name')
_FORGET = text("DELETE FROM mail_pace WHERE counted_at < now() - interval '1 day'")


def take(session: Session, wanted: Mapping[str, tuple[int, int]]) -> dict[str, Grant]:
    """Take mails out of buckets: name -> (rate, how many wanted). As the planner; the caller commits at once."""
    if not wanted:
        return {}
    names = sorted(wanted)
    found = session.execute(_LOOK, {"names": names}).all()
    if len(found) < len(names):
        session.execute(_MAKE, {"names": names})
        found = session.execute(_LOOK, {"names": names}).all()
    drawn = {row.name: draw(row.left, wanted[row.name][0], row.elapsed_s, wanted[row.name][1]) for row in found}
    session.execute(_WRITE, {"names": list(drawn), "lefts": [left for left, _ in drawn.values()]})
    return {name: grant for name, (_, grant) in drawn.items()}


def give_back(session: Session, name: str, mails: int) -> None:
    """Put back what was taken and not sent."""
    if mails > 0:
        session.execute(_GIVE_BACK, {"name": name, "mails": mails})


def forget_old(session: Session) -> None:
    """Drop buckets that nobody took from for a day: they are full."""
    session.execute(_FORGET)


def relay_bucket(place: str) -> str:
    return f"relay:{place}"


def domain_bucket(address: str) -> str:
    """The bucket of a recipient's domain."""
    return f"domain:{address.rpartition('@')[2].lower()}"
