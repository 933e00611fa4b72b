"""When a mail may come twice: only by what went wrong between its own final dot and the settling of its own row."""

from __future__ import annotations

import math
from dataclasses import replace

from chaos.doubt import NO_DATABASE, SETTLING_S, SLACK_S, STRUCK, UNANSWERED, Blow, Outage, in_doubt
from chaos.sink.accept_log import Accepted
from chaos.sink.endings import Ending

PORT, OTHER_PORT = 40_001, 40_002
TAKEN = Accepted(7, 1000.0, "id-1@example.org", "s@example.org", "a@example.org", "Due", ("chaos-ab12-000001",), 1)
ANSWERED = Ending(7, PORT, answered_at=1000.1)
FOLLOWED = replace(ANSWERED, followed_at=1000.3)


def why(ending: Ending | None, *, blows: tuple[Blow, ...] = (), outages: tuple[Outage, ...] = ()) -> str | None:
    endings = {} if ending is None else {ending.number: ending}
    return in_doubt([TAKEN], endings, blows, outages).get(TAKEN.number)


def blow(began: float, over: float | None = None, port: int = PORT) -> Blow:
    return Blow(began, began if over is None else over, frozenset({port}))


def test_a_mail_whose_sender_heard_yes_and_went_on_is_in_no_doubt() -> None:
    assert why(FOLLOWED) is None
    assert why(replace(ANSWERED, lost_at=1030.0)) is None, "a connection that ends by itself later says nothing"


def test_a_word_that_was_withheld_leaves_doubt() -> None:
    assert why(Ending(7, PORT, lost_at=1000.1)) == UNANSWERED
    assert why(None) == UNANSWERED


def test_a_kill_of_the_very_process_before_it_could_settle_leaves_doubt() -> None:
    assert why(ANSWERED, blows=(blow(1000.2),)) == STRUCK
    assert why(ANSWERED, blows=(blow(999.9),)) == STRUCK, "the relay read the dot when its sender was dead"


def test_a_kill_of_somebody_else_or_of_another_time_excuses_nothing() -> None:
    assert why(ANSWERED, blows=(blow(1000.2, port=OTHER_PORT),)) is None
    assert why(ANSWERED, blows=(blow(1000.1 + SETTLING_S + 0.1),)) is None
    assert why(ANSWERED, blows=(blow(1000.0 - SLACK_S - 0.1),)) is None


def test_a_kill_after_the_sender_had_gone_on_excuses_nothing() -> None:
    assert why(FOLLOWED, blows=(blow(1000.2),)) == STRUCK
    assert why(FOLLOWED, blows=(blow(1000.4),)) is None


def test_a_stop_leaves_doubt_as_long_as_it_lasted() -> None:
    assert why(ANSWERED, blows=(blow(990.0, over=1000.05),)) == STRUCK
    assert why(ANSWERED, blows=(blow(1001.0, over=math.inf),)) == STRUCK
    assert why(ANSWERED, blows=(blow(960.0, over=990.0),)) is None
    assert why(ANSWERED, blows=(blow(990.0, over=1020.0, port=OTHER_PORT),)) is None


def test_a_database_that_was_away_when_the_word_came_leaves_doubt_and_later_none() -> None:
    assert why(ANSWERED, outages=(Outage(999.0, 1001.0),)) == NO_DATABASE
    assert why(FOLLOWED, outages=(Outage(1000.5, 1002.0),)) is None
    assert why(ANSWERED, outages=(Outage(1010.0, 1012.0),)) is None


def test_each_acceptance_is_judged_by_its_own_ending() -> None:
    again = replace(TAKEN, number=8, at=1020.0)
    endings = {7: ANSWERED, 8: Ending(8, OTHER_PORT, lost_at=1020.1)}
    assert in_doubt([TAKEN, again], endings, [], []) == {8: UNANSWERED}
