"""What came of the relay's word, for each mail that it took: was it said, and did the client then go on?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Ending:
    """Unix times; None: never. `number` is the acceptance's, `port` the client's.

    `followed_at`: the client's next final dot, or its QUIT. Our sender waits before either until what it heard is
    written down, so whoever went on had done so. `lost_at`: the connection ended before.
    """

    number: int
    port: int
    answered_at: float | None = None
    followed_at: float | None = None
    lost_at: float | None = None

    @property
    def is_open(self) -> bool:
        """The relay's word was not said, or the client vanished behind it."""
        return self.answered_at is None or (self.followed_at is None and self.lost_at is not None)
