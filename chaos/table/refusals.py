"""The relay refuses, hangs, vanishes before and after the dot, won't encrypt, or takes its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chaos.table.stage import Outcome, Stage
from chaos.work import Work

LATER = ("mail_4xx", "rcpt_4xx", "data_4xx", "dot_4xx", "mail_drop", "rcpt_drop", "data_drop", "body_drop")
NEVER = ("rcpt_5xx", "data_5xx", "dot_5xx")
DOUBTFUL = ("dot_drop", "dot_drop_taken", "dot_slow_taken", "dot_drip_taken", "answered_drop_taken")
HANGS = ("mail_hang", "data_hang", "dot_hang", "dot_hang_taken")
FIRST_WAIT_S = (40.0, 80.0)
"""One minute, give or take a fifth, and what reading costs."""
CONDITION = "backoff as specified; 5xx never retried; one Message-ID per row"


def faults_in_turn(stage: Stage, outcome: Outcome) -> None:
    """Each fault befalls one mail; all but those that were refused for good arrive in the end, once."""
    stage.fresh()
    script = [*LATER, *NEVER, *DOUBTFUL]
    stage.sink.misbehave(script=script, idle_s=stage.idle_s)
    work = stage.work()
    stage.bring(work, len(script) + 5)
    stage.until(lambda: stage.given() >= len(script), 60, "not every fault was given")
    stage.pass_time(3)
    _look_at_backoff(stage, outcome, work)
    _all_but_the_refused(stage, outcome, work, len(NEVER))


def hanging(stage: Stage, outcome: Outcome) -> None:
    """The relay says nothing more, at four points."""
    stage.fresh(workers=2)
    stage.sink.misbehave(script=HANGS, idle_s=stage.idle_s, hang_s=25)
    work = stage.work()
    stage.bring(work, len(HANGS) + 4)
    _all_but_the_refused(stage, outcome, work, 0)


def without_greeting(stage: Stage, outcome: Outcome) -> None:
    """421 for a greeting, no greeting, a connection that is cut at once: none of the mails has done anything wrong."""
    stage.fresh()
    stage.sink.misbehave(script=["greeting_4xx", "greeting_drop", "greeting_hang"], hang_s=15)
    work = stage.work()
    stage.bring(work, 5)
    _all_but_the_refused(stage, outcome, work, 0)


def sender_refused(stage: Stage, outcome: Outcome) -> None:
    """550 to MAIL FROM: the relay refuses us, and no single mail."""
    stage.fresh()
    stage.sink.misbehave(script=["mail_5xx"] * 2, idle_s=stage.idle_s)
    work = stage.work()
    stage.bring(work, 4)
    _all_but_the_refused(stage, outcome, work, 2)


def starttls_refused(stage: Stage, outcome: Outcome) -> None:
    """STARTTLS is offered, then refused: not a word in the clear; the mails wait until the relay is right again."""
    url = stage.ground.environment()["SMTP_URL"].replace("smtp://", "smtp+starttls://")
    stage.fresh({"SMTP_URL": url})
    stage.sink.misbehave(offers_starttls=True, idle_s=stage.idle_s)
    work = stage.work()
    stage.bring(work, 5)
    stage.pass_time(15)
    outcome.want(not stage.accepted(), "a mail went in the clear")
    rows = stage.ledger(work).rows()
    outcome.want(all(row.status in ("planned", "sending") for row in rows), "a mail did not wait")
    stage.fresh(goes_on=True)
    stage.settle(outcome, work, seconds=200)


def relay_away(stage: Stage, outcome: Outcome) -> None:
    """Nobody listens where the relay was; no mail loses a try by that."""
    stage.fresh()
    stage.ground.to_relay.refuse()
    work = stage.work()
    stage.bring(work, 5)
    stage.pass_time(15)
    tries = sum(row.attempts for row in stage.ledger(work).rows())
    outcome.want(tries <= 5, f"{tries} tries were counted while nobody listened")
    stage.ground.to_relay.go()
    stage.settle(outcome, work, seconds=200)


def _look_at_backoff(stage: Stage, outcome: Outcome, work: Work) -> None:
    waits = [
        float(row[0])
        for row in stage.ledger(work).query(
            "SELECT extract(epoch FROM r.send_at - now()) FROM reminders r JOIN follow_ups f ON f.id = r.subject_id"
            " WHERE r.status = 'planned' AND r.attempts > 0 AND r.scheduled_at <= now() AND f.title LIKE %s",
            f"%chaos-{work.run}-%",
        )
    ]
    outcome.told["first_waits_s"] = sorted(round(wait) for wait in waits)
    least, most = FIRST_WAIT_S
    outcome.want(len(waits) >= len(LATER) - 2, f"only {len(waits)} mails wait")
    outcome.want(
        all(least - 20 <= wait <= most for wait in waits), f"waits of {sorted(waits)} s are not the first step"
    )
    outcome.want(max(waits, default=0) - min(waits, default=0) > 1, "no jitter")


def _all_but_the_refused(stage: Stage, outcome: Outcome, work: Work, refused: int) -> None:
    try:
        outcome.told["drained_s"] = round(stage.drained(work, 300), 1)
    except TimeoutError as late:
        outcome.faults.append(str(late))
    verdict = stage.verdict(work, most_refused=refused)
    outcome.faults += verdict.faults(askable=True)
    outcome.told |= {name: verdict.as_json()[name] for name in ("expected", "accepted", "lost", "dead", "doubled")}
    outcome.want(len(verdict.dead) <= refused, f"{len(verdict.dead)} dead, {refused} were refused for good")
    retried = [row.token for row in stage.ledger(work).rows() if row.status == "dead" and row.attempts > 1]
    outcome.want(not retried, f"{len(retried)} were tried again after a refusal for good")


def rows() -> Iterator[tuple[str, Callable[[Stage, Outcome], None], str]]:
    """What the relay does, and what passes."""
    yield "SMTP 4xx, 5xx, dropped before and after the dot, slow", faults_in_turn, CONDITION
    yield "SMTP hang at MAIL, DATA and after the dot", hanging, CONDITION
    yield "SMTP greeting 421, none, cut", without_greeting, CONDITION
    yield "SMTP 550 to the sender", sender_refused, "5xx never retried, or the relay counts as unusable; 0 lost"
    yield "STARTTLS refused", starttls_refused, "not a word in the clear; 0 lost"
    yield "relay refuses connections", relay_away, "0 lost; no tries counted"
