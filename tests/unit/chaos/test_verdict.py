"""The account at the end of a run with faults: nothing that was lost or came twice may pass it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chaos.sink.accept_log import Accepted, message_id_of, tokens_of
from chaos.verdict import LedgerRow, Verdict, judge
from chaos.work import Expected, Work

DUE = datetime(2026, 12, 1, 9, tzinfo=UTC)
TOKEN = "chaos-ab12-000001"
EXPECTED = {TOKEN: Expected(TOKEN, "a@example.org", DUE)}
MAIL = Accepted(1, DUE.timestamp() + 5, "id-1@example.org", "s@example.org", "a@example.org", "Due", (TOKEN,), 1)
ROW = LedgerRow(TOKEN, "on_the_day", "a@example.org", "id-1", "sent", None, 1)


def verdict(*mails: Accepted, row: LedgerRow = ROW, doubtful: Collection[int] = (), refused: int = 0) -> Verdict:
    return judge(EXPECTED, {"chaos-ab12-000002"}, mails, [row], doubtful, refused)


def test_one_mail_for_each_reminder_passes() -> None:
    assert verdict(MAIL).faults(askable=True) == []


def test_a_mail_that_nobody_took_is_lost_though_the_ledger_says_sent() -> None:
    found = verdict()
    assert found.lost == (TOKEN,)
    assert found.sent_but_not_accepted == (TOKEN,)
    assert found.faults(askable=True) == ["1 lost", "1 sent but not accepted"]


def test_a_mail_that_was_taken_twice_is_doubled_whoever_the_relay_is() -> None:
    found = verdict(MAIL, replace(MAIL, number=2))
    assert found.faults(askable=True) == found.faults(askable=False) == ["1 doubled"]


def test_a_mail_in_doubt_may_come_twice_from_an_opaque_relay_alone() -> None:
    found = verdict(MAIL, replace(MAIL, number=2), doubtful={MAIL.number})
    assert found.faults(askable=False) == []
    assert found.faults(askable=True) == ["1 ambiguous doubled"]


def test_a_doubt_about_the_second_does_not_excuse_that_there_is_one() -> None:
    assert verdict(replace(MAIL, number=2), MAIL, doubtful={2}).faults(askable=False) == ["1 doubled"]


def test_three_mails_need_two_doubts() -> None:
    three = (MAIL, replace(MAIL, number=2), replace(MAIL, number=3))
    assert verdict(*three, doubtful={MAIL.number}).doubled == (TOKEN,)
    assert verdict(*three, doubtful={MAIL.number, 2}).ambiguous_doubled == (TOKEN,)


def test_a_second_mail_under_another_id_is_never_excused() -> None:
    other = replace(MAIL, number=2, message_id="id-2@example.org")
    found = verdict(MAIL, other, doubtful={MAIL.number, other.number})
    assert "1 doubled" in found.faults(askable=False)
    assert "1 rows went out under more than one Message-ID" in found.faults(askable=False)


def test_dead_rows_are_accounted_for_only_as_far_as_the_relay_refused() -> None:
    dead = replace(ROW, status="dead", reason="smtp_550")
    assert verdict(row=dead, refused=1).faults(askable=True) == []
    assert verdict(row=dead, refused=0).faults(askable=True) == ["1 dead unexplained"]
    assert verdict(row=replace(dead, reason="lease_expired"), refused=1).dead_unexplained == (TOKEN,)


def test_a_mail_that_came_a_minute_early_is_seen() -> None:
    early = replace(MAIL, at=(DUE - timedelta(seconds=61)).timestamp())
    assert verdict(early).early == (TOKEN,)
    assert verdict(replace(MAIL, at=(DUE - timedelta(seconds=59)).timestamp())).early == ()


def test_mails_to_somebody_else_or_of_what_is_not_due_are_unexpected() -> None:
    assert verdict(replace(MAIL, recipient="b@example.org")).unexpected == (TOKEN,)
    stray = replace(MAIL, tokens=("chaos-ab12-000002",), message_id="id-9@example.org")
    assert verdict(MAIL, stray).unexpected == ("chaos-ab12-000002",)


def test_what_is_still_on_its_way_is_told() -> None:
    assert "1 not settled in time" in verdict(row=replace(ROW, status="committing")).faults(askable=True)


def test_a_token_is_found_though_the_line_breaks_within_it() -> None:
    assert tokens_of(b"Do chaos-ab1=\r\n2-000001 and chaos-ab12-000001\r\n") == (TOKEN,)
    assert message_id_of(b"Subject: x\r\nMessage-ID: <id-1@example.org>\r\nTo: y") == "id-1@example.org"


def test_the_input_says_by_itself_what_must_come_and_what_must_not() -> None:
    work = Work(people=3)
    (case, *others) = work.document(60)["cases"]
    assert len(work.expected) == 60
    assert len(work.silent) == 3
    assert not set(work.expected) & work.silent
    titles = [item["title"] for one in (case, *others) for item in one["follow_ups"]]
    assert len(titles) == 63
    assert all(expected.not_before <= datetime.now(UTC) for expected in work.expected.values())
