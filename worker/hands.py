"""How many jobs a worker holds, as it counts by itself: a broker that vanished must not leave it with full hands."""

from __future__ import annotations

from typing import Any

from kombu.transport import virtual
from kombu.transport.redis import QoS


class FreeHands(QoS):
    """Kombu frees a hand only when the broker has taken note that the job is done.

    When it vanished just then, a worker with one process thought it had a job for ever: it asked for no other, so it
    never learnt either that its connection was gone. The broker hands such a job out again, after its timeout.
    """

    def ack(self, delivery_tag: str) -> None:
        """The job is done. Raises what the broker's connection raises."""
        tell: Any = super().ack
        self._let_go_if_it_fails(tell, delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """The job is not ours. Raises what the broker's connection raises."""
        tell: Any = super().reject
        self._let_go_if_it_fails(tell, delivery_tag, requeue)

    def _let_go_if_it_fails(self, tell: Any, delivery_tag: str, *more: Any) -> None:
        try:
            tell(delivery_tag, *more)
        except BaseException:
            let_go: Any = virtual.QoS.ack
            let_go(self, delivery_tag)
            raise
