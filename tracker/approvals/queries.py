"""Reads of requests: what waits for somebody, what they asked for. Every list starts at what they may see of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, column, false, func, literal_column, or_, select, table
from sqlalchemy.orm import Session, aliased

from tracker.access.entrance import ADMINISTRATORS
from tracker.access.levels import MembershipKind
from tracker.access.models import CaseMembership
from tracker.access.queries import membership_of
from tracker.access.visibility import is_current, member_case_ids
from tracker.accounts.models import Person, PersonRole
from tracker.approvals.models import Answer, Approval, Kind
from tracker.approvals.policy import HEADS, WEIGHTY, Standing
from tracker.core import clock
from tracker.core.actor import Actor, person_actor
from tracker.core.errors import NotVisible

MOST = 100
# Cases lie above requests, so their table is only named here; the row policies say whose reference is read.
_cases = table(
    "cases", column("id"), *(column(name) for name in ("reference", "title", "lead_id", "review_due_on", "removed_at"))
)
_files = table("files", column("id"), column("document_id"))
_papers = table("documents", column("id"), column("title"))
_PARTS = {
    "follow_up": table("follow_ups", column("id"), column("title")),
    "case_event": table("case_events", column("id"), column("summary")),
    "engagement": table("engagements", column("id"), column("summary")),
    "document": _papers,
}
"""What on a case is unsealed apart from it, and the column by which it is known."""
# So do contacts and subjects.
_TO_ERASE = {
    "contact": table("contacts", column("id"), column("name")),
    "subject": table("subjects", column("id"), column("name")),
    "account": table("people", column("id"), column("name")),
}
SOON = timedelta(days=30)


def visible_approvals(actor: Actor) -> Select[Approval]:
    """Requests of one's own, and those that one may answer; on a case, while one is a member of it."""
    if actor.is_operator:
        return select(Approval)
    on_my_case = or_(Approval.case_id.is_(None), Approval.case_id.in_(member_case_ids(actor)))
    if not actor.is_assured:  # what is sealed on an open case
        on_my_case = and_(on_my_case, or_(Approval.case_id.is_(None), Approval.object_id.is_(None)))
    mine = Approval.asked_by_id == actor.person_id
    return select(Approval).where(and_(on_my_case, or_(mine, _may_second(actor), _watches_over(actor))))


def _watches_over(actor: Actor) -> ColumnElement[bool]:
    """What weighs is seen by every administrator and head once two others agreed."""
    if (HEADS | ADMINISTRATORS).isdisjoint(actor.roles):
        return false()
    return and_(Approval.decision == Answer.AGREED, Approval.kind.in_(WEIGHTY))


def _may_second(actor: Actor) -> ColumnElement[bool]:
    """The rule stands in the database, which knows the roles of both and who leads a case."""
    return func.app_seconds(actor.person_id, literal_column("approvals"))


def get_approval(session: Session, actor: Actor, approval_id: UUID, *, for_update: bool = False) -> Approval:
    """The request. Raises NotVisible."""
    query = visible_approvals(actor).where(Approval.id == approval_id)
    found = session.scalar(query.with_for_update() if for_update else query)
    if found is None:
        raise NotVisible("There is no such request.")
    return found


def list_approvals(session: Session, actor: Actor) -> Sequence[tuple[Approval, str, str | None]]:
    """(request, who asked, who answered), those that wait first, then the newest."""
    asked, answered = aliased(Person), aliased(Person)
    rows = session.execute(
        visible_approvals(actor)
        .add_columns(asked.name, answered.name)
        .join(asked, asked.id == Approval.asked_by_id)
        .outerjoin(answered, answered.id == Approval.decided_by_id)
        .order_by(Approval.decision.is_not(None), Approval.asked_at.desc(), Approval.id)
        .limit(MOST)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def what_they_are_about(session: Session, actor: Actor, approvals: Sequence[Approval]) -> dict[UUID, str]:
    """In a word, by request: the case's reference, the person's name, the paper, the reference as it was typed."""
    case_ids = [one.case_id for one in approvals if one.case_id]
    people = [one.object_id for one in approvals if one.object_id and one.kind != Kind.DESTROY]
    files = [one.object_id for one in approvals if one.object_id and one.kind == Kind.DESTROY]
    seen = _cases.c.id.in_(member_case_ids(actor))
    cases = session.execute(select(_cases.c.id, _cases.c.reference).where(_cases.c.id.in_(case_ids), seen))
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    references: dict[UUID | None, str] = dict(cases.all())
    names: dict[UUID | None, str] = {**dict(named.all()), **names_to_erase(session, approvals)}
    names |= _papers_of(session, files)
    parts = _parts_of(session, approvals)
    return {
        one.id: _joined(references.get(one.case_id), parts.get(one.object_id))
        or str(names.get(one.object_id) or one.payload.get("reference", ""))
        for one in approvals
    }


def _joined(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def successors_in(session: Session, approvals: Sequence[Approval]) -> dict[UUID, str]:
    """Who takes over what somebody who left led, by request."""
    wanted = {one.id: UUID(one.payload["successor"]) for one in approvals if one.kind == Kind.HAND_OVER}
    if not wanted:
        return {}
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted.values()))).all())
    return {approval_id: names.get(person_id, "") for approval_id, person_id in wanted.items()}


def _parts_of(session: Session, approvals: Sequence[Approval]) -> dict[UUID | None, str]:
    """By id, how what is to be unsealed on a case is known. A statement for each sort of thing."""
    found: dict[UUID | None, str] = {}
    for what, rows in _PARTS.items():
        ids = [one.object_id for one in approvals if one.kind == Kind.UNSEAL and one.payload.get("what") == what]
        if ids:
            words = next(one for one in rows.c if one.key != "id")
            named = session.execute(select(rows.c.id, words).where(rows.c.id.in_(ids)))
            found |= {part_id: shortened(said) for part_id, said in named}
    return found


def shortened(words: str, most: int = 60) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _papers_of(session: Session, file_ids: Sequence[UUID]) -> dict[UUID | None, str]:
    """By file, the title of its paper."""
    query = select(_files.c.id, _papers.c.title).join_from(_files, _papers, _papers.c.id == _files.c.document_id)
    rows = session.execute(query.where(_files.c.id.in_(file_ids))).all() if file_ids else []
    return dict(rows)


def asked_to_destroy(session: Session, actor: Actor) -> set[UUID | None]:
    """The files about which a request waits for an answer."""
    query = visible_approvals(actor).where(
        Approval.kind == Kind.DESTROY, Approval.decision.is_(None), Approval.expires_at > clock.now()
    )
    return set(session.scalars(query.with_only_columns(Approval.object_id)))


def rules_asked_about(session: Session, actor: Actor) -> set[str]:
    """The keys of rules of law about which a request waits for an answer."""
    query = visible_approvals(actor).where(
        Approval.kind == Kind.CLOCK_RULE, Approval.decision.is_(None), Approval.expires_at > clock.now()
    )
    return set(session.scalars(query.with_only_columns(Approval.payload["rule"].astext)))


def names_to_erase(session: Session, approvals: Sequence[Approval]) -> dict[UUID | None, str]:
    """Whom requests to erase are about, by id, as far as the reader sees them. A statement for each sort of people."""
    found: dict[UUID | None, str] = {}
    for what, rows in _TO_ERASE.items():
        ids = [one.object_id for one in approvals if one.kind == "erase" and one.payload.get("what") == what]
        if ids:
            named = session.execute(select(rows.c.id, rows.c.name).where(rows.c.id.in_(ids), rows.c.name.is_not(None)))
            found |= dict(named.all())
    return found


def reviews_of(session: Session, actor: Actor, today: date) -> Sequence[tuple[str, str, date]]:
    """(reference, title, due on) of cases that the actor leads whose review is due within a month, late ones first."""
    rows = session.execute(
        select(_cases.c.reference, _cases.c.title, _cases.c.review_due_on)
        .where(
            _cases.c.lead_id == actor.person_id,
            _cases.c.id.in_(member_case_ids(actor)),
            _cases.c.review_due_on <= today + SOON,
            _cases.c.removed_at.is_(None),
        )
        .order_by(_cases.c.review_due_on, _cases.c.reference)
        .limit(MOST)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def waiting_on_case(session: Session, actor: Actor, case_id: UUID, object_id: UUID | None = None) -> Approval | None:
    """The request about a case, or about one thing on it, that waits for an answer."""
    query = visible_approvals(actor).where(
        Approval.case_id == case_id,
        Approval.object_id.is_not_distinct_from(object_id),
        Approval.decision.is_(None),
        Approval.expires_at > clock.now(),
    )
    return session.scalar(query.order_by(Approval.asked_at.desc()).limit(1))


def standing_of(session: Session, actor: Actor, approval: Approval) -> Standing:
    """What `actor` is where this request asks for it."""
    return Standing(
        membership_of(session, actor, approval.case_id) if approval.case_id else None,
        _leads_a_case(session, actor.person_id),
        _has_administrator_besides(session, {approval.asked_by_id, approval.object_id}),
    )


def still_seconded(session: Session, approval: Approval) -> bool:
    """Whether whoever agreed may be its second person now."""
    query = select(func.app_seconds(approval.decided_by_id, literal_column("approvals")))
    return bool(session.scalar(query.select_from(Approval).where(Approval.id == approval.id)))


def actor_of_person(session: Session, person_id: UUID) -> Actor | None:
    """Somebody as they would act now; None when their account is closed."""
    roles = session.scalars(
        select(PersonRole.role)
        .join(Person, Person.id == PersonRole.person_id)
        .where(Person.id == person_id, Person.active)
    ).all()
    return person_actor(person_id, frozenset(roles)) if roles else None


def membership_of_person(session: Session, person_id: UUID, case_id: UUID) -> MembershipKind | None:
    """What somebody is on the case now."""
    query = select(CaseMembership.kind).where(
        CaseMembership.person_id == person_id, CaseMembership.case_id == case_id, is_current()
    )
    kind = session.scalar(query)
    return MembershipKind(kind) if kind else None


def _leads_a_case(session: Session, person_id: UUID | None) -> bool:
    return bool(session.scalar(select(func.app_leads_a_case(person_id))))


def _has_administrator_besides(session: Session, people: set[UUID | None]) -> bool:
    query = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == "administrator", Person.active, Person.id.not_in(people - {None}))
    )
    return session.scalar(query.limit(1)) is not None
