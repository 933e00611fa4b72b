"""People outside, by keyboard alone: two contacts become one and two again; a post goes to a new holder."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.factories.case import make_case
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.organisation import make_organisation
from tests.factories.person import make_person
from tests.support.acting import ActAs
from tests.support.journeys import findings, sign_in, tab_to
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.contacts.models import Contact, Office, Post
from tracker.core.actor import OPERATOR
from tracker.engagements.models import Commitment
from tracker.followups.models import FollowUp


@pytest.fixture
def coordinator(act_as: ActAs) -> Person:
    with act_as(OPERATOR) as session:
        return make_person(session, "coordinator", name="Tomasz Example", with_password=True)


@pytest.fixture
def case(act_as: ActAs) -> Case:
    with act_as(OPERATOR) as session:
        return make_case(session)


def givers(act_as: ActAs) -> dict[str, str | None]:
    """Promise -> the name of the contact who gave it."""
    given = select(Commitment.text, Contact.name).join(Contact, Contact.id == Commitment.by_contact_id)
    with act_as(OPERATOR) as session:
        return {row.text: row.name for row in session.execute(given)}


def test_two_contacts_become_one_and_two_again_by_keyboard_alone(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        meeting = make_engagement(session, case)
        for name in ("Ada Lindqvist", "Ada Lindkvist"):
            who = make_contact(session, name, office=f"Office of {name}")
            make_commitment(session, meeting, case, by_country=None, by_contact_id=who.id, text=f"{name} will join")
    before = givers(act_as)
    assert set(before.values()) == {"Ada Lindqvist", "Ada Lindkvist"}
    sign_in(page, coordinator)
    page.goto("/contacts")
    tab_to(page, page.get_by_role("link", name="Duplicates"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Compare"))
    page.keyboard.press("Enter")
    usual = page.locator("input[name=name]:checked")
    said = usual.input_value()
    tab_to(page, usual)
    page.keyboard.press("ArrowDown")  # to the other spelling
    expect(usual).not_to_have_value(said)
    spelling = page.locator("input[name=name]:checked + span").inner_text()
    assert findings(page) == []
    tab_to(page, page.get_by_role("button", name="Merge"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(spelling)
    for promise in before:
        expect(page.locator("#commitments")).to_contain_text(promise)
    assert givers(act_as) == dict.fromkeys(before, spelling)
    tab_to(page, page.get_by_role("button", name="Undo the merge"))
    page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_contain_text("They are two contacts again.")
    assert givers(act_as) == before


def test_a_post_goes_to_a_new_holder_by_keyboard_alone_and_keeps_its_promises_and_work(
    page: Page, act_as: ActAs, coordinator: Person, case: Case
) -> None:
    with act_as(OPERATOR) as session:
        post = Post(title="Prosecutor", organisation_id=make_organisation(session, "Office of Examples").id)
        session.add(post)
        session.flush()
        ada, bo = make_contact(session, "Ada Lindqvist"), make_contact(session, "Bo Karlsson", office="Deputy")
        session.add(Office(contact_id=ada.id, title=post.title, post_id=post.id, held_from="2020"))
        promise = make_commitment(
            session, make_engagement(session, case), case, by_country=None, by_post_id=post.id, text="We will answer"
        )
        work = make_follow_up(session, case, coordinator, title="Ask for the answer", post_id=post.id)
        post_id, bo_id = post.id, bo.id
    sign_in(page, coordinator)
    page.goto(f"/contacts/{ada.id}")
    tab_to(page, page.get_by_role("link", name="Prosecutor"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("The holder left"))
    page.keyboard.type("March 2026")
    tab_to(page, page.get_by_label("Who follows"))
    page.keyboard.type("karls")
    expect(page.get_by_role("option", name="Bo Karlsson")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Who follows")).to_have_value("Bo Karlsson, Deputy")
    tab_to(page, page.get_by_label("They began"))
    page.keyboard.type("April 2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handover note: Prosecutor")
    holders = page.get_by_role("table", name="Holders").get_by_role("row")
    expect(holders).to_have_count(3)
    expect(holders.nth(1)).to_contain_text("Bo Karlsson")
    expect(holders.nth(2)).to_contain_text("March 2026")
    for words in ("We will answer", "Ask for the answer"):
        expect(page.get_by_role("main")).to_contain_text(words)
    assert findings(page) == []
    with act_as(OPERATOR) as session:
        held = select(Office.contact_id, Office.held_from).where(Office.post_id == post_id, Office.held_to.is_(None))
        assert session.execute(held).all() == [(bo_id, "2026-04")]
        left = select(Office.held_to).where(Office.post_id == post_id, Office.contact_id == ada.id)
        assert session.scalars(left).all() == ["2026-03"]
        assert session.get_one(Commitment, promise.id).by_post_id == post_id
        assert session.get_one(FollowUp, work.id).post_id == post_id
