"""Functions that act with the owner's rights: who may call them, and what they tell those who see nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.contact import make_contact
from tests.factories.follow_up import make_follow_up
from tests.support.acting import ActAs, people
from tracker.accounts.models import Person
from tracker.core.actor import OPERATOR

__all__ = ["people"]
People = dict[str, Person]


def test_every_one_fixes_where_it_looks_names_up(act_as: ActAs) -> None:
    with act_as(OPERATOR) as session:
        loose = session.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
                " AND NOT coalesce('search_path=pg_catalog, public' = ANY (proconfig), false)"
            )
        ).all()
        open_to_all = session.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
                " AND prorettype <> 'trigger'::regtype AND (proacl IS NULL OR EXISTS"
                " (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE'))"
            )
        ).all()
    assert loose == []
    # Those of the policies, which every role that reads a table must be able to call; each asks about its caller,
    # or answers with yes or no about an id that nobody can guess.
    assert sorted(open_to_all) == [
        "app_contact_has_cases",
        "app_document_has_cases",
        "app_engagement_has_cases",
        "app_has_role",
        "app_is_member",
        "app_mail_is_sealed",
        "app_manages_members",
        "app_manages_people",
    ]


QUESTIONS = (
    "SELECT count(*) FROM app_search('quicksilver', ARRAY['case', 'event', 'follow_up', 'contact'], 100)",
    "SELECT count(*) FROM app_search_ids('case', 'quicksilver')",
    "SELECT count(*) FROM app_search_near('quiksilver', 100)",
    "SELECT count(*) FROM app_search_matches('case', :case, 'quicksilver'::tsquery) found WHERE found",
    "SELECT count(*) FROM app_search_matches('follow_up', :work, 'quicksilver'::tsquery) found WHERE found",
    "SELECT count(*) FROM app_search_among('case', ARRAY[CAST(:case AS uuid)], 'quicksilver'::tsquery)",
    "SELECT count(*) FROM app_search_among('follow_up', ARRAY[CAST(:work AS uuid)], 'quicksilver'::tsquery)",
    "SELECT coalesce(sum(cases), 0) FROM app_case_counts()",
    "SELECT app_stalled_count(ARRAY['country_accession'], ARRAY['2099-01-01'::date])",
    "SELECT coalesce(sum(active), 0) FROM app_workload('2026-11-22')",
    "SELECT count(*) FROM app_decisions('2099-01-01', ARRAY['country_accession'], ARRAY['2099-01-01'::date], 99)"
    " WHERE id IS NOT NULL OR words <> '0'",
    "SELECT count(*) FROM app_merged_cases(:case)",
    "SELECT count(*) FROM app_merged_history(:case, :case)",
    "SELECT count(app_merged_into(:reference))",
    "SELECT app_ends_case(:case)::int",
    "SELECT app_leads_case(:case, :lead)::int",
    "SELECT app_is_assigned(:work)::int",
    "SELECT app_gets_on_with(:work)::int",
    "SELECT app_remove_case(:case, 'Why', 1)::int",
    "SELECT (app_merge_case(:case, :twin, 'Why', 1) IS DISTINCT FROM 'refused')::int",
)


@pytest.mark.parametrize("role", ["legal_officer", "coordinator", "head", "outside_counsel", "administrator"])
def test_a_stranger_who_calls_them_with_ids_of_a_sealed_case_learns_nothing(
    act_as: ActAs, people: People, role: str
) -> None:
    stranger, lead = people[role], people["other"]
    with act_as(OPERATOR) as session:
        sealed = make_case(session, level="sealed", lead=lead, title="Quicksilver")
        twin = make_case(session, level="sealed", lead=lead, title="Quicksilver again")
        sealed.lead_id = stranger.id  # as it may stand where a membership ran out
        make_event(session, sealed, 9, "2026-01-01", summary="Quicksilver")
        work = make_follow_up(session, sealed, stranger, title="Quicksilver", due_to_check=date(2026, 12, 1))
        said = {"case": sealed.id, "twin": twin.id, "work": work.id, "reference": sealed.reference, "lead": lead.id}
    with act_as(stranger) as session:
        for question in QUESTIONS:
            names = [name for name in said if f":{name}" in question]
            assert session.scalar(text(question), {name: said[name] for name in names}) == 0, question


@pytest.mark.parametrize("role", ["head", "outside_counsel", "administrator"])
def test_contacts_are_merged_and_parted_by_those_who_record_them_only(act_as: ActAs, people: People, role: str) -> None:
    with act_as(OPERATOR) as session:
        one, other = make_contact(session, "Ada"), make_contact(session, "Ada")
    call = text("SELECT app_merge_contacts(uuidv7(), :one, :other, '{}')")
    with pytest.raises(ProgrammingError), act_as(people[role]) as session:
        session.execute(call, {"one": one.id, "other": other.id})
    with pytest.raises(ProgrammingError), act_as(people[role]) as session:
        session.execute(text("SELECT app_unmerge_contacts(:one)"), {"one": one.id})


def test_nobody_but_the_planner_makes_the_next_of_a_series(act_as: ActAs, people: People) -> None:
    with pytest.raises(ProgrammingError), act_as(people["legal_officer"]) as session:
        session.execute(text("SELECT app_recur(uuidv7(), uuidv7(), 'x', '2026-12-01', NULL)"))


def test_nobody_asks_how_many_reminders_another_has(act_as: ActAs, people: People) -> None:
    ask = text("SELECT app_news(:who, now(), true)")
    head, administrator = people["head"], people["administrator"]
    with act_as(administrator) as session:
        assert session.scalar(ask, {"who": head.id}) is None
        own = session.scalar(ask, {"who": administrator.id})
    assert own == {"unread": 0, "newest": None, "dead": 0, "faulty": 0, "late": False, "still": False} | {
        "requests": 0,
        "reviews": 0,
        "glass": 0,
    }
