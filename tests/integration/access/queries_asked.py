"""What pages, letters and files ask the database for somebody, each with things of a sample to ask it about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, cast
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from tests.integration.access.sample import Sample
from tracker.accounts.models import Person
from tracker.approvals import queries as approvals
from tracker.cases import comments, listing, named
from tracker.cases import queries as cases
from tracker.cases.views import listing as case_list
from tracker.clocks import queries as rules
from tracker.contacts import compartments, duplicates, posts
from tracker.contacts import queries as contacts
from tracker.core.actor import Actor
from tracker.core.working_days import WEEKDAYS_ONLY
from tracker.documents import queries as documents
from tracker.engagements import checks, commitments, due_checks, known, suggestions
from tracker.engagements import queries as engagements
from tracker.feeds import queries as feeds
from tracker.followups import around, clocks, closing, history, my_work, needs, timelines
from tracker.followups import listing as work_listing
from tracker.followups import queries as follow_ups
from tracker.followups import seeing as work_seeing
from tracker.interchange.selecting import (
    _charges_on,
    _figures_on,
    _recommended_on,
    _records_on,
    select_all,
    select_cases,
)
from tracker.levels.parts import find_part
from tracker.limitation import listing as charge_list
from tracker.limitation import queries as charges
from tracker.limitation.listing import ChargeFilters
from tracker.limitation.models import Charge
from tracker.lists import queries as lists
from tracker.pages import (
    board_cases,
    board_work,
    calendar_items,
    case_beside,
    counts,
    dealings,
    handing_over,
    quick_add,
)
from tracker.pages.contact_cases import cases_of_contact
from tracker.pathways.store import definitions
from tracker.periods import queries as periods
from tracker.periods.models import PeriodRecord
from tracker.recommendations import queries as recommendations
from tracker.recommendations.work import recommendation_of, work_on
from tracker.reminders import queries as reminders
from tracker.reminders import steering, watchdog
from tracker.reminders.kinds import ESCALATION
from tracker.reminders.letters import seen_access, seen_cases, seen_commitments, seen_work, week_figures
from tracker.reminders.letters.holding import Addressee
from tracker.reminders.pages import bell, next_work, previewing
from tracker.search import hits
from tracker.search.queries import reference_of
from tracker.sittings import queries as sittings

TODAY, DAY, LATER = date(2026, 5, 1), date(2026, 5, 4), date(2030, 1, 1)
SPAN = {"first": date(2026, 4, 1), "last": date(2026, 6, 1), "most": 100}
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULE = "rome_statute_18_2"
STATES = {one: one for one in ("open", "in_progress", "waiting", "done", "cancelled")}


@dataclass(frozen=True)
class Asked:
    """What a query is asked about: a sample, and what lies beside it by name."""

    sample: Sample
    lead: Person
    beside: Mapping[str, Any]
    everything: Mapping[str, list[UUID]]

    def __getattr__(self, name: str) -> Any:
        return self.beside[name] if name in self.beside else self.sample.values[name]

    @property
    def row(self) -> Any:
        """The case as far as queries need one that somebody has."""
        return SimpleNamespace(id=self.sample.case.id, level=self.sample.case.level)

    @property
    def work(self) -> Any:
        return SimpleNamespace(id=self.follow_up_id, case_id=self.sample.case.id)

    @property
    def timeline(self) -> Any:
        return SimpleNamespace(id=self.timeline_id)

    @property
    def recommendation(self) -> Any:
        return SimpleNamespace(id=self.recommendation_id, case_id=self.sample.case.id)

    @property
    def listed_charge(self) -> Any:
        return SimpleNamespace(case_id=self.sample.case.id, pathway=self.sample.case.pathway)

    @property
    def promise(self) -> Any:
        return SimpleNamespace(id=self.promised_id, engagement_id=self.engagement_id, case_id=self.sample.case.id)


FOUND = {
    "case": "cases",
    "event": "entries",
    "follow_up": "work",
    "comment": "comments",
    "engagement": "meetings",
    "commitment": "promises",
    "recommendation": "recommendations",
    "contact": "contacts",
    "organisation": "organisations",
    "document": "papers",
}
Query = Callable[[Session, Actor, Asked], Any]


def _all_of(name: str, read: Callable[..., Any]) -> Query:
    return lambda session, actor, it: read(session, actor, it.everything[name])


def _letter(name: str, read: Callable[..., Any], kind: str = "") -> Query:
    """What a letter finds of the subjects of that name."""
    return lambda session, actor, it: read(
        session, actor, [SimpleNamespace(subject_id=one, kind=kind) for one in it.everything[name]]
    )


def _week(session: Session, actor: Actor, _it: Asked) -> Any:
    to = Addressee(actor, "head@example.org", "en", "Europe/Warsaw")
    return week_figures.week_figures(session, to, "2026-W18", NOON)


def _beside(session: Session, actor: Actor, it: Asked) -> Any:
    return session.execute(case_beside._statement(actor), {"case_id": it.sample.case.id}).all()


def _names(session: Session, actor: Actor, it: Asked) -> Any:
    before = {"needs": [str(it.quiet_work_id)], "waiting_on_contact_id": str(it.far_contact_id)}
    return history._names(session, actor, [SimpleNamespace(before=before, after={})], {})  # type: ignore[list-item]


def _checkable(session: Session, actor: Actor, it: Asked) -> Any:
    promises = [SimpleNamespace(**vars(it.promise), status="open", due_on=DAY)]
    return due_checks.checkable(session, actor, promises)  # type: ignore[arg-type]


def _of_a_file(part: Callable[[Actor, Any], Any]) -> Query:
    """What a file would hold of that on every case there is, whether or not its maker sees the case."""
    return lambda s, a, it: s.scalars(part(a, cast(it.everything["cases"], ARRAY(Uuid)))).all()


def _feed(session: Session, actor: Actor, _it: Asked) -> Any:
    span = {"first": TODAY, "last": LATER, "most": 1000}
    asked = (feeds._work, feeds._meetings, feeds._periods)
    return [session.execute(one(actor, team=team), span).all() for one in asked for team in (False, True)]


ABOUT_ONE: dict[str, Query] = {
    "request about a part": lambda s, a, it: approvals.waiting_on_case(s, a, it.case_id, it.quiet_work_id),
    "request": lambda s, a, it: approvals.get_approval(s, a, it.approval_id),
    "waits on case": lambda s, a, it: approvals.waiting_on_case(s, a, it.case_id),
    "what requests are about": lambda s, a, it: approvals.what_they_are_about(s, a, it.requests),
    "comment": lambda s, a, it: comments.get_comment(s, a, it.case_id, it.comment_id),
    "quiet comment": lambda s, a, it: comments.get_comment(s, a, it.case_id, it.quiet_comment_id),
    "comments": lambda s, a, it: comments.comments_of(s, a, it.case_id),
    "locked": lambda s, a, it: cases.lock_case(s, a, it.case_id),
    "history": lambda s, a, it: cases.history_of(s, a, it.row),
    "entry": lambda s, a, it: cases.get_event(s, a, it.row, it.quiet_event_id),
    "subject": lambda s, a, it: cases.get_subject(s, a, it.subject_id),
    "charges": lambda s, a, it: charges.charges_on(s, a, it.row),
    "charges against": lambda s, a, it: charges.charges_against(s, a, it.subject_id),
    "names in charges": lambda s, a, it: charges.names_of(s, a, [it.subject_id]),
    "charge": lambda s, a, it: charges.get_charge(s, a, it.row, it.charge_id),
    "work on charges": lambda s, a, it: charges.work_on_charges(s, a, it.row),
    "records of periods": lambda s, a, it: periods.records_on(s, a, it.row),
    "record of periods": lambda s, a, it: periods.get_record(s, a, it.row, it.record_id),
    "recommendations": lambda s, a, it: recommendations.list_recommendations(s, a, it.row, recommendations.Filters()),
    "recommendations of somebody": lambda s, a, it: recommendations.list_recommendations(
        s, a, it.row, recommendations.Filters(assessor="NAM", assessment="not", words="release", state="LT")
    ),
    "recommendations hidden": lambda s, a, it: recommendations.hidden_by_filters(s, a, it.row),
    "recommendation": lambda s, a, it: recommendations.get_recommendation(s, a, it.row, it.recommendation_id),
    "recommendation of a number": lambda s, a, it: recommendations.numbered(s, a, it.row, "138.45"),
    "recommendations struck out": lambda s, a, it: recommendations.struck_out_on(s, a, it.row),
    "figures of recommendations": lambda s, a, it: recommendations.figures_on(s, a, it.row),
    "figures": lambda s, a, it: recommendations.get_figures(s, a, it.row, it.figures_id),
    "count of recommendations": lambda s, a, it: recommendations.counts_on(s, a, it.row),
    "states that recommend": lambda s, a, it: recommendations.states_on(s, a, it.row),
    "assessors": lambda s, a, it: recommendations.assessors_on(s, a, it.row),
    "repeated in the next cycle": lambda s, a, it: recommendations.successors_of(s, a, it.recommendation),
    "what it repeats": lambda s, a, it: recommendations.predecessor_of(s, a, it.recommendation),
    "work from a recommendation": lambda s, a, it: work_on(s, a, it.recommendation),
    "what work was made from": lambda s, a, it: recommendation_of(s, a, it.work),
    "work on periods": lambda s, a, it: periods.work_on_periods(s, a, it.row),
    "charges that lapse": lambda s, a, _it: charge_list.charge_page_of(s, a, ChargeFilters(), DAY).rows,
    "turns of charges": lambda s, a, it: charge_list.turns_in(s, a, [it.listed_charge]),
    "charges hidden": lambda s, a, _it: charge_list.charges_hidden(s, a, ChargeFilters(), DAY),
    "charges to look at": lambda s, a, _it: charge_list.charge_page_of(s, a, ChargeFilters("again"), DAY).rows,
    "one's own charges to look at": lambda s, a, _it: (
        charge_list.charge_page_of(s, a, ChargeFilters("again", mine=True), DAY).rows
    ),
    "what ends": lambda s, a, _it: periods.endings(s, a, DAY, 30_000, 30_000).rows,
    "shifts": lambda s, a, it: timelines.planned_shifts(s, a, it.timeline, DAY, WEEKDAYS_ONLY),
    "former members": lambda s, a, it: cases.former_members(s, a, it.case_id),
    "cases named": lambda s, a, it: named.cases_named(s, a, it.reference),
    "cases of contact": lambda s, a, it: cases_of_contact(s, a, it.contact_id),
    "work about": lambda s, a, it: dealings.work_about(s, a, [it.contact_id], [it.post_id]),
    "cases of post": lambda s, a, it: dealings.work_about(s, a, (), [it.post_id]),
    "mail of case": lambda s, a, it: reminders.on_case(s, a, it.case_id),
    "mail of work": lambda s, a, it: reminders.for_follow_up(s, a, it.follow_up_id),
    "mail": lambda s, a, it: reminders.get_reminder(s, a, it.reminder_id),
    "reference": lambda s, a, it: reference_of(s, a, it.reference),
    "contact": lambda s, a, it: contacts.get_contact(s, a, it.contact_id),
    "private": lambda s, a, it: contacts.private_of(s, a, it.contact_id),
    "member with": lambda s, a, it: contacts.is_member_with(s, a, it.contact_id),
    "organisation": lambda s, a, it: contacts.get_organisation(s, a, it.organisation_id),
    "organisation called": lambda s, a, it: contacts.organisations_called(s, a, [it.organisation_name]),
    "post": lambda s, a, it: posts.get_post(s, a, it.post_id),
    "posts": lambda s, a, it: posts.posts_of_organisation(s, a, it.organisation_id),
    "holders": lambda s, a, it: posts.holders_of(s, a, it.post_id),
    "sealed case called": lambda s, a, it: compartments.sealed_case_called(s, a, it.reference),
    "alike": lambda s, a, it: duplicates.contacts_alike(s, a, it.contact_name),
    "quiet file": lambda s, a, it: documents.document_of_file(s, a, it.quiet_file_id),
    "open file": lambda s, a, it: documents.case_of_file(s, a, it.open_file_id),
    "file": lambda s, a, it: documents.document_of_file(s, a, it.file_id),
    "case of file": lambda s, a, it: documents.case_of_file(s, a, it.file_id),
    "open meeting": lambda s, a, it: engagements.get_engagement(s, a, it.open_engagement_id),
    "meeting": lambda s, a, it: engagements.get_engagement(s, a, it.quiet_engagement_id),
    "meetings of case": lambda s, a, it: engagements.engagements_of_case(s, a, it.case_id),
    "meetings of contact": lambda s, a, it: engagements.engagements_of_contact(s, a, it.contact_id),
    "cases of meeting": lambda s, a, it: engagements.cases_of(s, a, [it.engagement_id, it.shared_engagement_id]),
    "loose promise": lambda s, a, it: commitments.get_commitment_line(s, a, it.loose_promise_id),
    "promise": lambda s, a, it: commitments.get_commitment_line(s, a, it.promised_id),
    "promises of meeting": lambda s, a, it: commitments.commitments_of_engagement(s, a, it.quiet_engagement_id),
    "promises of case": lambda s, a, it: commitments.commitments_read(a, it.case_id).alone(s),
    "check": lambda s, a, it: commitments.check_of(s, a, it.promised_id),
    "checks": lambda s, a, it: commitments.check_ids(s, a, it.engagement_id),
    "clocks with work": lambda s, a, it: clocks.followed_read(a, it.case_id).alone(s),
    "followed clocks": lambda s, a, it: clocks.followed_on(s, a, it.row),
    "moves of clocks": lambda s, a, it: clocks.ledger_of(s, a, it.row),
    "names in a history": _names,
    "checkable": _checkable,
    "case of promise": lambda s, a, it: due_checks._case_of(s, a, it.promise),
    "cases of ids": lambda s, a, it: checks.visible_cases_of_ids(s, a, [it.case_id]),
    "contacts of ids": lambda s, a, it: checks.require_contacts(s, a, [it.contact_id], "people"),
    "names typed": lambda s, a, it: known.names_typed(s, a, [it.organisation_name, it.contact_name]),
    "cases by reference": lambda s, a, it: known.cases_by_reference(s, a, [it.reference]),
    "suggested sides": lambda s, a, it: suggestions.suggest_sides(s, a, it.organisation_name),
    "suggested people": lambda s, a, it: suggestions.suggest_contacts(s, a, it.contact_name),
    "suggested cases": lambda s, a, it: suggestions.suggest_cases(s, a, it.reference),
    "work": lambda s, a, it: follow_ups.get_follow_up(s, a, it.quiet_work_id),
    "work with case": lambda s, a, it: follow_ups.follow_up_with_case(s, a, it.follow_up_id),
    "work on case": lambda s, a, it: follow_ups.work_read(a, it.row.id).alone(s),
    "work of meeting": lambda s, a, it: follow_ups.follow_ups_of_engagement(s, a, it.engagement_id),
    "links": lambda s, a, it: needs.links_of(s, a, it.follow_up_id),
    "links and others": lambda s, a, it: needs.links_and_others(s, a, it.work),
    "open needs": lambda s, a, it: needs.open_needs(s, a, it.work),
    "seen among": lambda s, a, it: needs.seen_among(s, a, [str(it.follow_up_id), str(it.quiet_work_id)]),
    "words of a chain": lambda s, a, it: needs._words(s, a, [it.follow_up_id, it.quiet_work_id]),
    "open work": lambda s, a, it: closing.open_work(s, a, it.case_id),
    "timeline": lambda s, a, it: timelines.get_timeline(s, a, it.timeline_id),
    "contact to name": lambda s, a, it: work_seeing.require_contact(s, a, it.contact_id, "contact"),
    "post to name": lambda s, a, it: work_seeing.require_post(s, a, it.post_id, "post"),
    "part: work": lambda s, a, it: find_part(s, a, "follow_up", it.quiet_work_id),
    "part: entry": lambda s, a, it: find_part(s, a, "case_event", it.quiet_event_id),
    "part: meeting": lambda s, a, it: find_part(s, a, "engagement", it.quiet_engagement_id),
    "part: paper": lambda s, a, it: find_part(s, a, "document", it.quiet_paper_id),
    "part: paper of several": lambda s, a, it: find_part(s, a, "document", it.shared_paper_id),
    "file of cases": lambda s, a, it: select_cases(s, a, [it.reference]),
}
ON_A_PAGE: dict[str, Query] = {
    "timelines on sittings": lambda s, a, it: sittings.timelines_on_sittings(s, a, it.row),
    "around another": lambda s, a, it: around.around(s, a, it.case_id, it.far_post_id, it.far_contact_id),
    "beside": _beside,
    "papers": lambda s, a, it: documents.documents_on_case(s, a, it.case_id),
    "around": lambda s, a, it: around.around(s, a, it.case_id, None, None),
}
"""Asked about a case that was found to be visible."""
OF_ALL: dict[str, Query] = {
    "calendars elsewhere": _feed,
    "views": lambda s, a, _it: lists.views_of(s, a, "cases"),
    "view": lambda s, a, it: lists.get_view(s, a, it.view_id),
    "contact made for one": lambda s, a, it: contacts.get_contact(s, a, it.made_contact_id),
    "private of that": lambda s, a, it: contacts.private_of(s, a, it.made_contact_id),
    "works with that": lambda s, a, it: contacts.works_with(s, a, it.made_contact),
    "organisation made for one": lambda s, a, it: contacts.get_organisation(s, a, it.made_organisation_id),
    "post made for one": lambda s, a, it: posts.get_post(s, a, it.made_post_id),
    "own mail about it": lambda s, a, it: bell.own_reminder(s, a, it.number_to_head),
    "dead letters": lambda s, a, _it: steering.count_dead(s, a, reminders.LedgerFilter()),
    "requests": lambda s, a, _it: approvals.list_approvals(s, a),
    "asked about a rule": lambda s, a, _it: rules.waiting_about(s, a, RULE),
    "rules asked about": lambda s, a, _it: approvals.rules_asked_about(s, a),
    "asked to destroy": lambda s, a, _it: approvals.asked_to_destroy(s, a),
    "reviews": lambda s, a, _it: approvals.reviews_of(s, a, TODAY),
    "mentions": lambda s, a, _it: comments.unread_mentions(s, a),
    "cases": lambda s, a, _it: listing.list_cases(s, a, listing.CaseFilters(), None),
    "own cases": lambda s, a, _it: listing.list_cases(s, a, listing.CaseFilters(mine=True), None),
    "count of cases": lambda s, a, _it: listing.hidden_by_filters(s, a),
    "last case": lambda s, a, _it: named.last_case(s, a),
    "readers": lambda s, a, _it: cases.known_case_readers(s, a),
    "charges of a file": _of_a_file(lambda actor, ids: _charges_on(actor, ids).order_by(Charge.id)),
    "records of periods of a file": _of_a_file(lambda actor, ids: _records_on(actor, ids).order_by(PeriodRecord.id)),
    "recommendations of a file": _of_a_file(_recommended_on),
    "figures of a file": _of_a_file(_figures_on),
    "board of cases": lambda s, a, _it: board_cases.case_columns(s, a, definitions().get("country_accession")),
    "board of people": lambda s, a, it: board_work.columns_of_people(s, a, [(it.lead.id, "Lead")], "Nobody"),
    "board of states": lambda s, a, _it: board_work.columns_of_states(s, a, STATES, team=True),
    "calendar": lambda s, a, _it: calendar_items.items_of(s, a, [DAY], team=True, shown=50, counted=9),
    "own calendar": lambda s, a, _it: calendar_items.items_of(s, a, [DAY], team=False, shown=50, counted=9),
    "feed of work": lambda s, a, _it: s.execute(feeds._work(a, team=True), SPAN).all(),
    "feed of meetings": lambda s, a, _it: s.execute(feeds._meetings(a, team=True), SPAN).all(),
    "feed of own meetings": lambda s, a, _it: s.execute(feeds._meetings(a, team=False), SPAN).all(),
    "feed of periods": lambda s, a, _it: s.execute(feeds._periods(a, team=True), SPAN).all(),
    "dossiers offered": lambda s, a, _it: s.execute(case_list._offered_dossiers(a)).all(),
    "changed": lambda s, a, _it: counts.changed_since(s, a, NOON - timedelta(days=1)),
    "deadlines": lambda s, a, _it: counts.next_deadlines(s, a, TODAY),
    "led": lambda s, a, it: handing_over.cases_led_by(s, a, it.lead.id),
    "quick row": lambda s, a, _it: quick_add.quick_row(s, a),
    "ledger": lambda s, a, _it: reminders.ledger(s, a, reminders.LedgerFilter()),
    "mails hidden": lambda s, a, _it: reminders.mails_hidden(s, a),
    "bell": lambda s, a, _it: bell.told(s, a),
    "own mail": lambda s, a, it: bell.own_reminder(s, a, it.number),
    "next": lambda s, a, it: next_work.next_of_mine(s, a, it.lead.id),
    "machinery": lambda s, a, _it: watchdog.machinery(s, a),
    "coming work": _all_of("work", previewing._work),
    "coming entries": _all_of("entries", previewing._entries),
    "coming cases": _all_of("cases", previewing._cases),
    "coming promises": _all_of("promises", previewing._commitments),
    "week": _week,
    "letters of work": _letter("work", seen_work.work_seen),
    "letters of others' work": _letter("work", seen_work.work_seen, ESCALATION),
    "letters of entries": _letter("entries", seen_cases.entries_seen),
    "letters of periods": _letter("cases", seen_cases.periods_seen),
    "letters of promises": _letter("promises", seen_commitments.commitments_seen),
    "letters of members": _letter("memberships", seen_access.access_seen),
    "letters of answers": _letter("requests", seen_access.answers_seen),
    "found": lambda s, a, it: hits.read_hits(s, a, {kind: it.everything[name] for kind, name in FOUND.items()}),
    "contacts": lambda s, a, _it: contacts.list_contacts(s, a, contacts.ContactFilters()),
    "contacts hidden": lambda s, a, _it: contacts.contacts_hidden(s, a),
    "contact choices": lambda s, a, _it: contacts.contact_choices(s, a),
    "works on a case": lambda s, a, _it: contacts.works_on_a_case(s, a),
    "organisations": lambda s, a, _it: contacts.list_organisations(s, a),
    "organisations hidden": lambda s, a, _it: contacts.organisations_hidden(s, a),
    "organisation choices": lambda s, a, _it: contacts.organisation_choices(s, a),
    "choices and whether at work": lambda s, a, _it: contacts.choices_and_whether_at_work(s, a),
    "pairs": lambda s, a, _it: duplicates.duplicates(s, a),
    "meetings": lambda s, a, _it: engagements.list_engagements(s, a, engagements.EngagementFilters()),
    "meetings hidden": lambda s, a, _it: engagements.engagements_hidden(s, a),
    "promises": lambda s, a, _it: commitments.list_commitments(s, a, commitments.CommitmentFilters(), TODAY),
    "promises by status": lambda s, a, _it: commitments.count_by_status(s, a, commitments.CommitmentFilters(), TODAY),
    "promises late": lambda s, a, _it: commitments.count_overdue(
        s, a, commitments.CommitmentFilters(), date(2030, 1, 1)
    ),
    "promises hidden": lambda s, a, _it: commitments.commitments_hidden(s, a),
    "recorded promises": lambda s, a, it: commitments.recorded_by(s, a, it.lead.id),
    "all work": lambda s, a, _it: work_listing.list_follow_ups(s, a, work_listing.Filters(), TODAY),
    "work hidden": lambda s, a, _it: work_listing.hidden_by_filters(s, a),
    "my work": lambda s, a, _it: my_work.my_follow_ups(s, a, TODAY),
    "work of the team": lambda s, a, _it: my_work.my_follow_ups(s, a, TODAY, team=True),
    "file of everything": lambda s, a, _it: select_all(s, a),
}
