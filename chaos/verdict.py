"""What became of every mail: pure, from the input, what the relay accepted, and what the ledger says of the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaos.sink.accept_log import Accepted
from chaos.work import Expected

EARLY_S = 60.0


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of the outbox, as the run reads it at the end."""

    token: str
    kind: str
    recipient: str
    message_id: str
    status: str
    reason: str | None
    attempts: int
    relay: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost`, `doubled` and so on name follow-ups by their tokens. `ambiguous_doubled`: the client could not know."""

    expected: int
    accepted: int
    lost: tuple[str, ...] = ()
    dead: Mapping[str, str] = field(default_factory=dict)
    dead_unexplained: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    ambiguous_doubled: tuple[str, ...] = ()
    doubled_with_two_ids: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    unsettled: int = 0
    sent_but_not_accepted: tuple[str, ...] = ()
    rows_with_two_ids: int = 0

    def as_json(self) -> dict[str, Any]:
        """Figures; of names the first twenty."""
        found: dict[str, Any] = {"expected": self.expected, "accepted": self.accepted, "unsettled": self.unsettled}
        for name in ("lost", "doubled", "ambiguous_doubled", "doubled_with_two_ids", "early", "unexpected"):
            found[name] = len(getattr(self, name))
        found["dead"] = len(self.dead)
        found["dead_reasons"] = dict(Counter(self.dead.values()))
        found["dead_unexplained"] = len(self.dead_unexplained)
        found["sent_but_not_accepted"] = len(self.sent_but_not_accepted)
        found["one_message_id_per_row"] = self.rows_with_two_ids == 0
        names = {name: list(value[:20]) for name, value in self._named() if value}
        return found | ({"which": names} if names else {})

    def faults(self, *, askable: bool) -> list[str]:
        """The bars that were missed, as sentences; none: passed."""
        faults = []
        bars = ["lost", "doubled", "doubled_with_two_ids", "early", "unexpected", "dead_unexplained"]
        bars += ["sent_but_not_accepted"] + (["ambiguous_doubled"] if askable else [])
        for name in bars:
            if count := len(getattr(self, name)):
                faults.append(f"{count} {name.replace('_', ' ')}")
        if self.unsettled:
            faults.append(f"{self.unsettled} not settled in time")
        if self.rows_with_two_ids:
            faults.append(f"{self.rows_with_two_ids} rows went out under more than one Message-ID")
        return faults

    def _named(self) -> list[tuple[str, tuple[str, ...]]]:
        names = ("lost", "doubled", "ambiguous_doubled", "early", "unexpected", "dead_unexplained")
        return [(name, getattr(self, name)) for name in names]


def judge(
    expected: Mapping[str, Expected],
    silent: Collection[str],
    accepted: Sequence[Accepted],
    ledger: Sequence[LedgerRow],
    doubtful: Collection[int],
    most_refused: int,
) -> Verdict:
    """Hold the input against what the relay took.

    `doubtful`: numbers of acceptances whose sender may not have learnt, or not have written down, that they happened.
    `most_refused`: how many mails the relay has refused for good; so many may be dead for that reason, and are
    accounted for.
    """
    by_token: dict[str, list[Accepted]] = defaultdict(list)
    for mail in accepted:
        for token in mail.tokens:
            by_token[token].append(mail)
    rows = [row for row in ledger if row.token in expected]
    dead = {row.token: row.reason or "" for row in rows if row.status == "dead" and row.token not in by_token}
    refused = [token for token, reason in dead.items() if reason.startswith("smtp_5")]
    unexplained = [token for token in dead if token not in set(refused)] + refused[most_refused:]
    twice = {token: mails for token, mails in by_token.items() if token in expected and len(mails) > 1}
    known = {uuid_of(mail.message_id) for mail in accepted}
    return Verdict(
        expected=len(expected),
        accepted=len(accepted),
        lost=tuple(token for token in expected if token not in by_token and token not in dead),
        dead=dead,
        dead_unexplained=tuple(unexplained),
        doubled=tuple(token for token, mails in twice.items() if not _in_doubt(mails, doubtful)),
        ambiguous_doubled=tuple(token for token, mails in twice.items() if _in_doubt(mails, doubtful)),
        doubled_with_two_ids=tuple(t for t, mails in twice.items() if len({mail.message_id for mail in mails}) > 1),
        early=tuple(token for token, mails in by_token.items() if _is_early(expected.get(token), mails)),
        unexpected=tuple(
            token for token, mails in by_token.items() if token in silent or _is_stray(expected.get(token), mails)
        ),
        unsettled=sum(row.status in ("planned", "sending", "committing") for row in rows),
        sent_but_not_accepted=tuple(row.token for row in rows if row.status == "sent" and row.message_id not in known),
        rows_with_two_ids=sum(_has_other_ids(row, by_token) for row in rows),
    )


def _in_doubt(mails: Sequence[Accepted], doubtful: Collection[int]) -> bool:
    """Whether every acceptance but the last was in doubt, and all were one mail."""
    *earlier, _ = sorted(mail.number for mail in mails)
    return len({mail.message_id for mail in mails}) == 1 and all(number in doubtful for number in earlier)


def _is_early(wanted: Expected | None, mails: Sequence[Accepted]) -> bool:
    return wanted is not None and any(mail.at < wanted.not_before.timestamp() - EARLY_S for mail in mails)


def _is_stray(wanted: Expected | None, mails: Sequence[Accepted]) -> bool:
    return wanted is not None and any(mail.recipient != wanted.recipient for mail in mails)


def uuid_of(message_id: str) -> str:
    """What stands before the @: the row's own id."""
    return message_id.partition("@")[0]


def _has_other_ids(row: LedgerRow, by_token: Mapping[str, Sequence[Accepted]]) -> bool:
    """Whether a mail of this row's follow-up came under an id that is not the row's."""
    return any(uuid_of(mail.message_id) != row.message_id for mail in by_token.get(row.token, ()))
