"""A job that is done is out of the worker's hands, also when the broker could not be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from kombu.transport.redis import QoS

from worker.hands import FreeHands


class Gone:
    """A channel whose broker takes jobs' notes until it is gone."""

    unacked_key = unacked_index_key = "unacked"
    is_gone = do_restore = False

    @contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        yield self

    def pipeline(self) -> Any:
        return self

    def zadd(self, *_: Any) -> Any:
        return self

    hset = zrem = hdel = zadd

    def execute(self) -> None:
        if self.is_gone:
            raise ConnectionError

    def transaction(self, *_: Any) -> None:
        self.execute()


def holding_one(kind: type[QoS]) -> tuple[QoS, Gone]:
    channel = Gone()
    hands = kind(channel, prefetch_count=1)
    message = SimpleNamespace(delivery_info={"exchange": "", "routing_key": "celery"}, _raw={}, delivery_tag="one")
    hands.append(message, "one")
    assert not hands.can_consume()
    channel.is_gone = True
    return hands, channel


@pytest.mark.parametrize("end", [lambda hands: hands.ack("one"), lambda hands: hands.reject("one", requeue=True)])
def test_a_worker_whose_broker_vanished_as_a_job_ended_asks_for_another(end: Callable[[QoS], None]) -> None:
    hands, _ = holding_one(FreeHands)
    with pytest.raises(ConnectionError):
        end(hands)
    assert hands.can_consume()


def test_what_the_broker_was_told_is_out_of_hand_as_ever() -> None:
    hands, channel = holding_one(FreeHands)
    channel.is_gone = False
    hands.ack("one")
    assert hands.can_consume()
