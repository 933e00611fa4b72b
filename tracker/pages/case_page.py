"""The page of one case: where it stands, what is to be done, who works on it, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, entrance
from tracker.access.levels import MembershipKind
from tracker.access.policy import Action, Decision, decide
from tracker.accounts.draft_views import drafts_are
from tracker.accounts.drafts import times_read
from tracker.cases.belongings import (
    PartyLine,
    case_for_page,
    parties_read,
)
from tracker.cases.comments import CommentLine, comments_panel, comments_read
from tracker.cases.forms.fields import KIND_WORDS, LINK_WORDS, LINK_WORDS_BACK, MEMBER_WORDS
from tracker.cases.gaps import CaseGap
from tracker.cases.history import Projection, as_of
from tracker.cases.models import Case
from tracker.cases.page_history import ShownLine, history_read, note_history_read
from tracker.cases.projection import gaps, sight_of
from tracker.cases.queries import MemberLine, get_case, members_read
from tracker.cases.services.removing import merged_into
from tracker.cases.stalled import quiet_days
from tracker.cases.vague_text import read_vague
from tracker.cases.wording import entry_label, when_precision
from tracker.clocks.installed import Versions
from tracker.clocks.queries import in_force, versions_read
from tracker.core.errors import NotVisible
from tracker.core.reads import Round
from tracker.core.web import actor, db
from tracker.engagements.commitments import CommitmentBeside, commitments_read
from tracker.followups.assignees import Candidate, candidates_read
from tracker.followups.clocks import ClockKey, followed_read, without_work
from tracker.followups.panel import follow_ups_panel
from tracker.followups.queries import WorkLine, work_read
from tracker.followups.timelines import TimelineLine, timelines_read
from tracker.pages.blueprint import blueprint
from tracker.pages.case_beside import Beside, beside_read, contact_days
from tracker.pages.case_changes import changes_since
from tracker.pages.case_charges import charges_beside, charges_read
from tracker.pages.case_clocks import brief_clocks
from tracker.pages.case_visits import Visit, note_visit, visit_read
from tracker.pathways.schema import Definition
from tracker.pathways.store import definitions

SHOWN = 20
"""The newest entries of a history; the rest comes when asked for."""
WORK_SHOWN = 15
"""The next follow-ups; the rest comes when asked for."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do on this case, for buttons and their reasons."""

    case: Case
    membership: MembershipKind | None
    decisions: dict[str, Decision] = field(default_factory=dict, compare=False)
    """What was asked already: every entry of the history asks the same."""

    def may(self, action: str) -> Decision:
        if action not in self.decisions:
            self.decisions[action] = decide(actor(), Action(action), self.case.level, self.membership)
        return self.decisions[action]


@dataclass(frozen=True, slots=True)
class _Small:
    """What the page reads together."""

    history: Sequence[ShownLine]
    work: Sequence[WorkLine]
    members: Sequence[MemberLine]
    comments: Sequence[CommentLine]
    timelines: Sequence[TimelineLine]
    people: Sequence[Candidate]
    contacts: Sequence[PartyLine]
    subjects: Sequence[PartyLine]
    beside: dict[str, list[Beside]]
    commitments: Sequence[CommitmentBeside]
    visit: Visit
    rules: Versions
    followed: frozenset[ClockKey]
    charges: Sequence[Any]


@blueprint.get("/cases/<reference>")
@entrance(CASE_READERS)
def case_page(reference: str) -> str | Response:
    try:
        case = case_for_page(db(), actor(), reference)
    except NotVisible:
        kept = merged_into(db(), actor(), reference)
        if kept is None:
            raise
        return redirect(url_for("pages.case_page", reference=kept))
    page = _read(case)
    members, membership = page.members, _own_membership(page.members)
    lines = page.history
    note_history_read(db(), case, lines)
    day, day_problem = _day_asked()
    shown = _as_of(lines, day)
    sight = sight_of(case, [line.event for line in shown])
    definition = definitions().get(case.pathway)
    rights = Rights(case, membership)
    visit = Visit() if day else page.visit
    remarks = comments_panel(actor(), case, membership, page.comments)
    work = follow_ups_panel(actor(), case, membership, page.work, page.timelines, page.people)
    clocks = brief_clocks(
        case, in_force(definition, page.rules), sight, [line.event for line in shown], day or work["today"]
    )
    changes = changes_since(visit, lines, remarks["comments"], work["follow_ups"])
    return render_template(
        "pages/case.html",
        case=case,
        definition=definition,
        rights=rights,
        sees_trail=actor().is_staff,
        sight=sight,
        status=definition.by_key.get(sight.status or ""),
        **_newest(shown),
        members=members,
        lead_name=_lead_name(members),
        day=day,
        day_problem=day_problem,
        gaps=_gap_links(case, rights, gaps(case, [line.event for line in shown], sight), lines),
        clocks=clocks,
        charges=[] if day else charges_beside(case, page.charges, [line.event for line in lines]),
        lonely=0 if day else len(without_work([one for one, _words in clocks], page.followed, work["today"])),
        precision=when_precision,
        label_of=entry_label,
        **_words(definition),
        **_beside(page, work["today"]),
        **work,
        **remarks,
        changes=changes,
        changed_since=changes.since,
        merged=visit.merged,
        reports_visit=visit.is_news,
        watching=None if day else visit.watching,
        quiet_days=None if day else quiet_days(case.pathway, sight.phase, case.last_event_on, work["today"]),
        later_work=_later_work(work["follow_ups"]),
        left_open=_left_open(definition, sight, work["follow_ups"]),
    )


@blueprint.post("/cases/<reference>/seen")
@entrance(CASE_READERS)
def case_seen(reference: str) -> tuple[str, int] | Response:
    """The page was in sight: by the script, or by the button."""
    case = get_case(db(), actor(), reference)
    note_visit(case)
    if request.headers.get("X-Requested-With") == "seen":
        return "", 204
    return redirect(url_for("pages.case_page", reference=case.reference), 303)


def _read(case: Case) -> _Small:
    """All that belongs to the case, in one statement."""
    asked = Round(db())
    history = asked.ask(history_read(actor(), case.id))
    work = asked.ask(work_read(actor(), case.id))
    members = asked.ask(members_read(case.id))
    comments = asked.ask(comments_read(actor(), case.id))
    timelines = asked.ask(timelines_read(case.id))
    people = asked.ask(candidates_read(case))
    parties = asked.ask(parties_read(case.id))
    beside = asked.ask(beside_read(case.id))
    commitments = asked.ask(commitments_read(actor(), case.id))
    visit = asked.ask(visit_read(case))
    rules = asked.ask(versions_read())
    followed = asked.ask(followed_read(actor(), case.id))
    charges = asked.ask(charges_read(case.id))
    drafts_are(asked.ask(times_read(actor())).value)
    few = (history.value, work.value, members.value, comments.value, timelines.value, people.value)
    return _Small(
        *few,
        *parties.value,
        beside=beside.value,
        commitments=commitments.value,
        visit=visit.value,
        rules=rules.value,
        followed=followed.value,
        charges=charges.value,
    )


def _own_membership(members: Sequence[MemberLine]) -> MembershipKind | None:
    person_id = actor().person_id
    return next((one.kind for one in members if one.person_id == person_id), None)


def _newest(lines: Sequence[ShownLine]) -> dict[str, Any]:
    """The newest entries first, and how many earlier ones are left out until `?history=all` or a link to one asks."""
    asked = request.args.get("event", "")
    is_left_out = bool(asked) and any(str(line.event.id) == asked for line in lines[:-SHOWN])
    whole = len(lines) <= SHOWN or request.args.get("history") == "all" or is_left_out
    return {
        "history": list(reversed(lines if whole else lines[-SHOWN:])),
        "earlier": 0 if whole else len(lines) - SHOWN,
    }


def _later_work(lines: Sequence[WorkLine]) -> int:
    """How many follow-ups are left out: no more than a few is not worth a click."""
    return 0 if len(lines) <= WORK_SHOWN + 3 or request.args.get("work") == "all" else len(lines) - WORK_SHOWN


def _left_open(definition: Definition, sight: Projection, lines: Sequence[WorkLine]) -> int:
    """How many follow-ups are open on a case that has ended."""
    row = definition.by_key.get(sight.status or "")
    has_ended = row is not None and row.phase == "closed" and not row.living
    return sum(1 for line in lines if line.follow_up.is_active) if has_ended else 0


def _lead_name(members: Sequence[MemberLine]) -> str | None:
    return next((one.name for one in members if one.kind is MembershipKind.LEAD), None)


def _day_asked() -> tuple[date | None, str]:
    """The day as of which the page is asked for; else what is wrong with the words."""
    said = request.args.get("as_of", "").strip()
    try:
        text = read_vague(said)
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, _("“%(text)s” is no day; write 2026-03-14 or 14 Mar 2026.", text=said[:40])


def _as_of(lines: Sequence[ShownLine], day: date | None) -> list[ShownLine]:
    if day is None:
        return list(lines)
    known = {event.id for event in as_of([line.event for line in lines if line.event.voided_at is None], day)}
    return [line for line in lines if line.event.id in known]


def _gap_links(
    case: Case, rights: Rights, found: Sequence[CaseGap], lines: Sequence[ShownLine]
) -> list[dict[str, str | None]]:
    # One address is made, of which those of all entries are: a case may miss something in each of hundreds.
    correct = url_for("cases.correct_event", reference=case.reference, event_id=case.id).split(str(case.id))
    corrects = rights.may(Action.VOID_ENTRY)

    def url_of(gap: CaseGap) -> str | None:
        if gap.event_id is None:
            return _gap_url(case, rights, gap)
        return str(gap.event_id).join(correct) if corrects else None

    return [{"text": _gap_words(gap, lines), "url": url_of(gap)} for gap in found]


def _gap_words(gap: CaseGap, lines: Sequence[ShownLine]) -> str:
    if gap.kind == "date":
        labels = (entry_label(line.event) for line in lines if line.event.id == gap.event_id)
        return str(_("The date of “%(label)s”", label=next(labels, "")))
    return gap.message


def _gap_url(case: Case, rights: Rights, gap: CaseGap) -> str | None:
    """Where that is filled in which no single entry says."""
    endpoint, action = {
        "lead": ("cases.members", Action.MANAGE_MEMBERS),
        "level": ("cases.change_level", Action.RAISE_LEVEL),
        "status": ("pages.move_case", Action.MOVE_STATUS),
    }[gap.kind]
    return url_for(endpoint, reference=case.reference) if rights.may(action) else None


def _words(definition: Definition) -> dict[str, Any]:
    facts = {fact.key: fact.label for row in definition.statuses for fact in row.facts}
    return {
        "fact_labels": facts,
        "detail_labels": {detail.key: detail.label for detail in definition.details},
        "flag_labels": {flag.key: flag.label for flag in definition.flags},
        "kind_words": KIND_WORDS,
        "member_words": MEMBER_WORDS,
        "link_words": LINK_WORDS,
        "link_words_back": LINK_WORDS_BACK,
    }


def _beside(page: _Small, today: date) -> dict[str, Any]:
    last, following = contact_days(page.beside["engagements"], today)
    return {
        "contacts": page.contacts,
        "subjects": page.subjects,
        "commitments": page.commitments,
        "last_contact": last,
        "next_contact": following,
        **page.beside,
    }
