"""What a Postfix log proves."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tracker.reminders.delivery.lookup import Finding, look_up
from tracker.reminders.delivery.postfix_log import accepted_by

ID = "1f0c@example.org"
CLEANUP = f"Nov 22 19:00:01 mx postfix/cleanup[77]: 4XyZ1: message-id=<{ID}>"
ACTIVE = "Nov 22 19:00:01 mx postfix/qmgr[12]: 4XyZ1: from=<bounces@example.org>, size=812, nrcpt=1 (queue active)"
SENT = (
    "2026-11-22T19:00:02.123+00:00 mx postfix/smtp[9]: 4XyZ1: to=<a@b.c>, relay=b.c[1.2.3.4]:25, status=sent (250 ok)"
)
REMOVED = "Nov 22 19:00:02 mx postfix-out/qmgr[12]: 4XyZ1: removed"
REJECTED = (
    "Nov 22 19:00:01 mx postfix/cleanup[77]: 4XyZ1: milter-reject: END-OF-MESSAGE from x[1.2.3.4]: 5.7.1 no; from=<a>"
)
LOST = "Nov 22 19:00:01 mx postfix/smtpd[76]: lost connection after DATA (812 bytes) from x[1.2.3.4]"
OTHER = "Nov 22 19:00:03 mx postfix/cleanup[78]: 4XyZ1: message-id=<another@example.org>"


@pytest.mark.parametrize(
    ("lines", "is_accepted"),
    [
        ([CLEANUP, ACTIVE], True),
        ([CLEANUP, SENT], True),
        ([CLEANUP, REMOVED], True),
        ([CLEANUP, ACTIVE.replace("from=<bounces@example.org>", "from=<>")], True),
        ([CLEANUP], False),
        ([CLEANUP, LOST], False),
        ([CLEANUP, REJECTED], False),
        ([ACTIVE, CLEANUP], False),
        ([CLEANUP, LOST, OTHER, ACTIVE], False),
        ([CLEANUP.replace(ID, f"x{ID}"), ACTIVE], False),
        ([CLEANUP, LOST, CLEANUP.replace("4XyZ1", "5AbC2"), ACTIVE.replace("4XyZ1", "5AbC2")], True),
    ],
)
def test_only_what_follows_the_message_id_proves_that_a_mail_was_taken(lines: list[str], is_accepted: bool) -> None:
    assert accepted_by([line.encode() for line in lines], {ID}) == ({ID} if is_accepted else set())


@pytest.mark.parametrize("packed", [False, True])
def test_a_mail_from_before_the_rotation_is_found(packed: bool, tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    before = f"{CLEANUP}\n".encode()
    if packed:
        (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(before))
    else:
        (tmp_path / "mail.log.1").write_bytes(before)
    log.write_text(f"{ACTIVE}\n")
    asked = look_up(f"file://{log}")
    assert asked.ask([ID, "never@example.org"], 5) == {ID: Finding.ACCEPTED, "never@example.org": Finding.NOT_ACCEPTED}


def test_a_log_that_can_not_be_read_says_nothing(tmp_path: Path) -> None:
    assert look_up(f"file://{tmp_path}/none.log").ask([ID], 5) == {ID: Finding.UNKNOWN}
