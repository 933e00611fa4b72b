"""Services refuse by themselves, whatever the page before them asked.

First each row of the matrix is taken away in turn: whoever may do everything else is then refused exactly what asks
for that row. Then what somebody of the wrong role, or with the wrong thing in hand, is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.case import join
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.engagement import make_engagement
from tests.factories.file import make_paper
from tests.factories.person import acting, make_person
from tests.integration.access.conftest import ActAs
from tests.integration.access.sample import Sample, make_sample
from tracker.access import policy
from tracker.access.policy import Action
from tracker.accounts import services as accounts
from tracker.cases.models import Case
from tracker.cases.services import comments, levels, members, removing, unsealing, voiding, watching
from tracker.cases.services import contacts as case_contacts
from tracker.cases.services import links as case_links
from tracker.cases.services.entries import NewEntry
from tracker.contacts import erasing, merging, posts
from tracker.contacts import services as contacts
from tracker.contacts.facts import ContactFacts, OrganisationFacts, PrivateFacts
from tracker.contacts.models import Contact, Organisation, Post
from tracker.core.actor import OPERATOR, Actor
from tracker.core.dates import VagueDate
from tracker.core.errors import Invalid, NotPermitted, NotVisible
from tracker.documents import services as documents
from tracker.engagements import commitment_services as promises
from tracker.engagements import services as engagements
from tracker.engagements.facts import CommitmentFacts, EngagementFacts
from tracker.engagements.models import Commitment, Engagement
from tracker.followups import clocks, watchers
from tracker.followups.models import FollowUp
from tracker.levels import services as part_levels
from tracker.levels.parts import find_part
from tracker.notes import services as notes

DETAILS = accounts.AccountDetails("new@example.org", "New Person")
CHOSEN = merging.Chosen(None, None, None, ())
NO_CONTACT, NO_ORGANISATION = ContactFacts(), OrganisationFacts("")


@dataclass(frozen=True)
class House:
    """Samples by level, all led by `lead`; actors by name; and things beside them, by name."""

    samples: dict[str, Sample]
    actors: dict[str, Actor]
    beside: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.beside[name] if name in self.beside else self.samples["internal"].values[name]

    @property
    def case(self) -> Case:
        return self.samples["internal"].case


Deed = Callable[[Session, Actor, House], Any]


@pytest.fixture
def house(act_as: ActAs) -> House:
    with act_as(OPERATOR) as session:
        roles = {"lead": "legal_officer", "reader": "legal_officer", "head": "head", "administrator": "administrator"}
        people = {name: make_person(session, role) for name, role in roles.items()}
        samples = {one: make_sample(session, one, people["lead"], {}) for one in ("internal", "restricted", "sealed")}
        join(session, samples["restricted"].case, people["reader"], "reader")
        beside = {
            "person_ids": {name: person.id for name, person in people.items()},
            "entry_id": make_event(session, samples["internal"].case, 2, "2025-04-01", summary="A call").id,
            "loose_id": make_engagement(session, created_by_id=people["lead"].id).id,
            "far_paper_id": make_paper(session, samples["restricted"].case).id,
            "promise_id": make_commitment(session, None, samples["internal"].case).id,
        }
    return House(samples, {name: acting(person) for name, person in people.items()}, beside)


def _got(session: Session, model: Any, row_id: UUID) -> Any:
    return session.get_one(model, row_id)


def _noted(kind: str, which: str) -> Deed:
    return lambda s, a, it: notes.add_note(s, a, notes.noted(s, a, kind, getattr(it, which)), "A note")


def _entered_anew(session: Session, actor: Actor, it: House) -> Any:
    entry = NewEntry(VagueDate("2025-04-01"), "Another call")
    return voiding.replace_event(session, actor, it.case_id, it.entry_id, "It was wrong", entry)


ROWS: dict[str, tuple[Action, str, Deed]] = {
    "make an account": (
        Action.MANAGE_PEOPLE, "administrator", lambda s, a, _it: accounts.create_person(s, a, DETAILS, ["head"])),
    "vouch": (Action.MANAGE_PEOPLE, "administrator", lambda s, a, it: accounts.vouch_for(s, a, it.case_id)),
    "say that factors are lost": (
        Action.MANAGE_PEOPLE,
        "administrator",
        lambda s, a, it: accounts.report_lost_factors(s, a, it.person_id, "Lost"),
    ),
    "ask to hand over": (
        Action.MANAGE_PEOPLE, "administrator", lambda s, a, it: accounts.ask_for_hand_over(s, a, it.person_id, None)),
    "change details": (
        Action.MANAGE_PEOPLE,
        "administrator",
        lambda s, a, it: accounts.change_details(s, a, it.person_id, DETAILS, 99),
    ),
    "give roles": (
        Action.MANAGE_ROLES, "administrator", lambda s, a, it: accounts.set_roles(s, a, it.person_id, ["head"], 99)),
    "comment": (Action.COMMENT, "lead", lambda s, a, it: comments.add_comment(s, a, it.case_id, "A remark")),
    "note on a case": (Action.COMMENT, "lead", _noted("case", "case_id")),
    "note on work": (Action.COMMENT, "lead", _noted("follow_up", "follow_up_id")),
    "note on a meeting": (Action.COMMENT, "lead", _noted("engagement", "engagement_id")),
    "watch": (Action.READ, "lead", lambda s, a, it: watching.watch_case(s, a, it.case_id)),
    "watch work": (
        Action.READ,
        "lead",
        lambda s, a, it: watchers.watch(s, a, _got(s, FollowUp, it.follow_up_id), it.person_ids["lead"]),
    ),
    "merge": (Action.MERGE, "lead", lambda s, a, it: removing.merge_cases(s, a, it.case_id, "", "", "", 1)),
    "lower": (Action.LOWER_LEVEL, "lead", lambda s, a, it: levels.lower_level(s, a, it.case_id, "none", 1)),
    "ask to unseal": (
        Action.UNSEAL,
        "lead",
        lambda s, a, it: unsealing.ask_to_unseal(s, a, it.samples["sealed"].case.id, "none", "", 1),
    ),
    "ask to unseal work": (
        Action.UNSEAL,
        "lead",
        lambda s, a, it: part_levels.ask_to_unseal(
            s, a, "follow_up", it.samples["sealed"].values["follow_up_id"], "none", ""
        ),
    ),
    "enter anew, voiding": (Action.VOID_ENTRY, "lead", _entered_anew),
    "enter anew, recording": (Action.RECORD_EVENT, "lead", _entered_anew),
    "record a paper": (Action.UPLOAD, "lead", lambda s, a, it: documents.add_paper(s, a, it.case_id, "", None)),
    "add a file": (
        Action.UPLOAD, "lead", lambda s, a, it: documents.add_file(s, a, it.case_id, it.case_id, "a.txt", b"A")),
    "follow a clock": (
        Action.CREATE_FOLLOW_UP,
        "lead",
        lambda s, a, it: clocks.follow_clock(s, a, it.case, it.event_id, "none", "", None),
    ),
    "correct a promise": (
        Action.RECORD_ENGAGEMENT,
        "lead",
        lambda s, a, it: promises.edit_commitment(s, a, _got(s, Commitment, it.promise_id), CommitmentFacts("Other")),
    ),
    "settle a promise": (
        Action.RECORD_ENGAGEMENT,
        "lead",
        lambda s, a, it: promises.settle_commitment(s, a, _got(s, Commitment, it.promise_id), "kept"),
    ),
    "record a meeting": (
        Action.RECORD_ENGAGEMENT, "lead", lambda s, a, _it: engagements.record_engagement(s, a, EngagementFacts())),
}  # fmt: skip


def test_each_deed_asks_for_its_row_of_the_matrix(act_as: ActAs, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    for name, (action, who, deed) in ROWS.items():
        with monkeypatch.context() as patched:
            if action in policy.ON_A_CASE:
                patched.setitem(policy.ON_A_CASE, action, policy.Grant(policy.NO_ROLE, frozenset()))
            if action in policy.WITHOUT_A_CASE:
                patched.setitem(policy.WITHOUT_A_CASE, action, policy.NO_ROLE)
            done += _not_refused(act_as, house, who, name, deed, NotPermitted)
    assert done == []


def _not_refused(act_as: ActAs, house: House, who: str, name: str, deed: Deed, refusal: type[Exception]) -> list[str]:
    actor = house.actors[who]
    try:
        with act_as(actor) as session:
            deed(session, actor, house)
            session.rollback()
    except refusal:
        return []
    except Exception as other:
        return [f"{name}: {type(other).__name__} {other}"]
    return [f"{name}: done"]


def _meeting(session: Session, actor: Actor, it: House, *, before: bool) -> Any:
    """Of a case that one only reads: from it to none, or from none to it."""
    sample = it.samples["restricted"]
    facts = EngagementFacts(case_ids=() if before else (sample.case.id,))
    meeting = _got(session, Engagement, sample.values["engagement_id"] if before else it.loose_id)
    return engagements.edit_engagement(session, actor, meeting, facts)


REFUSED: dict[str, tuple[str, type[Exception], Deed]] = {
    "record a contact": ("head", NotPermitted, lambda s, a, _it: contacts.record_contact(s, a, NO_CONTACT)),
    "change a contact": (
        "head",
        NotPermitted,
        lambda s, a, it: contacts.edit_contact(s, a, _got(s, Contact, it.contact_id), NO_CONTACT),
    ),
    "record an organisation": (
        "head", NotPermitted, lambda s, a, _it: contacts.record_organisation(s, a, NO_ORGANISATION)),
    "change an organisation": (
        "head",
        NotPermitted,
        lambda s, a, it: contacts.edit_organisation(s, a, _got(s, Organisation, it.organisation_id), NO_ORGANISATION),
    ),
    "change a holder": (
        "head",
        NotPermitted,
        lambda s, a, it: posts.change_holder(s, a, _got(s, Post, it.post_id), posts.ChangeFacts("nonsense")),
    ),
    "merge contacts": (
        "head", NotPermitted, lambda s, a, it: merging.merge_contacts(s, a, *_two(s, it), CHOSEN, (99, 99))),
    "undo a merge": ("head", NotPermitted, lambda s, a, it: merging.undo_merge(s, a, it.contact_id)),
    "private of a contact": (
        "head",
        NotPermitted,
        lambda s, a, it: contacts._write_private(s, a, _got(s, Contact, it.contact_id), PrivateFacts("a@example.org")),
    ),
    "note on a contact": ("head", NotVisible, lambda s, a, it: notes.noted(s, a, "contact", it.contact_id)),
    "a meeting of a case that one reads": (
        "reader", NotPermitted, lambda s, a, it: _meeting(s, a, it, before=True)),
    "a meeting, for a case that one reads": (
        "reader", NotPermitted, lambda s, a, it: _meeting(s, a, it, before=False)),
    "a contact of another case": (
        "lead",
        NotVisible,
        lambda s, a, it: case_contacts.remove_contact(
            s, a, it.case_id, it.samples["restricted"].values["case_contact_id"]
        ),
    ),
    "a link of other cases": (
        "lead",
        NotVisible,
        lambda s, a, it: case_links.unlink_cases(s, a, it.case_id, it.samples["restricted"].values["link_id"]),
    ),
    "a file with a paper of another case": (
        "lead",
        NotVisible,
        lambda s, a, it: documents.add_file(s, a, it.case_id, it.far_paper_id, "a.txt", b"A"),
    ),
    "an administrator as a member": (
        "lead",
        Invalid,
        lambda s, a, it: members.add_member(s, a, it.case_id, it.person_ids["administrator"], "member", "Helps"),
    ),
    "a secret comment of a stranger": (
        "head",
        NotVisible,
        lambda s, a, it: comments.add_comment(s, a, it.case_id, "Quietly", level="restricted"),
    ),
    "a meeting of no case is no part of one": (
        "lead", NotVisible, lambda s, a, it: find_part(s, a, "engagement", it.loose_id)),
    "lost factors of a closed account": (
        "administrator", NotVisible, lambda s, a, it: accounts.report_lost_factors(s, a, it.left_id, "Lost")),
    "what somebody who is here led": (
        "administrator",
        NotVisible,
        lambda s, a, it: accounts.ask_for_hand_over(s, a, it.person_id, it.person_ids["lead"]),
    ),
    "bring a case back": ("lead", NotPermitted, lambda s, a, it: removing.restore_case(s, a, it.reference)),
}  # fmt: skip


def _two(session: Session, it: House) -> tuple[Contact, Contact]:
    one, other = (it.samples[level].values["contact_id"] for level in ("internal", "restricted"))
    return _got(session, Contact, one), _got(session, Contact, other)


def test_what_is_not_for_somebody_is_refused_them(act_as: ActAs, house: House) -> None:
    done = []
    for name, (who, refusal, deed) in REFUSED.items():
        done += _not_refused(act_as, house, who, name, deed, refusal)
    assert done == []


def test_nobody_erases_a_contact_that_is_not_there(session: Session) -> None:
    with pytest.raises(NotVisible):
        erasing.erase_contact(session, OPERATOR, UUID(int=1))


def test_what_the_database_refuses_to_merge_is_refused(
    act_as: ActAs, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "_MERGE", text("SELECT 'refused'"))
    monkeypatch.setattr(removing, "_merger_faults", lambda _merger: [])
    case, other = house.case, house.other_reference
    with act_as(house.actors["lead"]) as session, pytest.raises(NotPermitted):
        removing.merge_cases(session, house.actors["lead"], case.id, other, "The same", case.reference, case.version)
