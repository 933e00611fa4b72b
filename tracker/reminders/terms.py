"""By which times a claimed row is ours: the settings of leases, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from config import Settings


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds of the database's clock.

    `lease_s`: so long a claimed row is ours; an exchange with a relay is cut off well before. `grace_s`: so much longer
    nobody asks what became of a mail whose dot may have gone; longer than the relay's slowest acceptance. `pause_s`:
    when no tick ran for so long, the machine stood still.
    """

    lease_s: int = 60
    grace_s: int = 30
    pause_s: int = 21_600

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        """From REMINDER_LEASE_S, REMINDER_GRACE_S, REMINDER_PAUSE_S."""
        return cls(settings.reminder_lease_s, settings.reminder_grace_s, settings.reminder_pause_s)

    @property
    def word_s(self) -> float:
        """For one word of the relay."""
        return min(10.0, self.lease_s / 3)

    @property
    def exchange_s(self) -> float:
        """For everything from MAIL to the last line of the mail: the fence must still find the lease alive."""
        return self.lease_s / 2

    @property
    def dot_s(self) -> float:
        """For the relay's word after the dot. RFC 5321, 4.5.3.2 allows ten minutes; our lease doesn't."""
        return min(40.0, self.lease_s * 2 / 3)

    @property
    def settling_s(self) -> float:
        """So long we try to write down what a relay said, while the database is away."""
        return 2.0 * (self.lease_s + self.grace_s)
