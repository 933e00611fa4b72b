"""The search tables follow every change, whoever makes it; PostgreSQL and Python fold alike."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.case import make_case
from tests.factories.case_event import make_event
from tests.factories.commitment import make_commitment
from tests.factories.contact import make_contact
from tests.factories.engagement import make_engagement
from tests.factories.follow_up import make_follow_up
from tests.factories.organisation import make_organisation
from tests.factories.recommendation import make_recommendation
from tests.factories.subject import make_subject
from tests.unit.search.test_folding import ONE_NAME, OTHER_NAMES
from tracker.cases.models import Comment
from tracker.core import clock
from tracker.documents.models import DocumentRecord
from tracker.search.folding import name_key, name_keys, words

LETTERS = st.characters(
    categories=(),
    include_characters="abcdefghijklmnopqrstuvwxyzŁłŠščČćżźžśĄęįÜüßÖöАБВГабвгґдеёэжзийіїклмнопрстуўфхцчшщьъыюя'’ -.,1",
)


def entries(session: Session, kind: str, word: str) -> set[UUID]:
    """Ids of the entries of `kind` with `word`, whoever may see them. `session` acts as the operator."""
    session.flush()
    return set(session.scalars(text("SELECT * FROM app_search_ids(:kind, :said)"), {"kind": kind, "said": word}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.text(LETTERS, max_size=60), min_size=1, max_size=30))
def test_python_and_postgresql_fold_alike(session: Session, said: list[str]) -> None:
    query = text(
        "SELECT search_words(one), search_name_key(one), search_name_keys(one) FROM unnest(cast(:said AS text[])) one"
    )
    for one, row in zip(said, session.execute(query, {"said": said}), strict=True):
        assert (words(one), name_key(one)) == (row[0], row[1]), one
        assert name_keys(one) == frozenset(key for key in row[2] if key), one


def test_postgresql_knows_the_spellings_too(session: Session) -> None:
    query = text("SELECT search_name_keys(:first) && search_name_keys(:other)")
    for line in ONE_NAME:
        first, *others = line.split()
        for other in others:
            assert session.scalar(query, {"first": first, "other": other}), (first, other)
    for first, other in OTHER_NAMES:
        assert not session.scalar(query, {"first": first, "other": other}), (first, other)


def _case(session: Session) -> tuple[str, UUID, str]:
    return "case", make_case(session, title="Quicksilver").id, "UPDATE cases SET title = :to"


def _event(session: Session) -> tuple[str, UUID, str]:
    made = make_event(session, make_case(session), 5, summary="Quicksilver")
    return "event", made.id, "UPDATE case_events SET summary = :to"


def _fact(session: Session) -> tuple[str, UUID, str]:
    made = make_event(session, make_case(session), 5, facts={"names": [{"one": "Quicksilver"}]})
    return "event", made.id, "UPDATE case_events SET facts = jsonb_build_object('name', cast(:to AS text))"


def _follow_up(session: Session) -> tuple[str, UUID, str]:
    made = make_follow_up(session, make_case(session), title="Quicksilver")
    return "follow_up", made.id, "UPDATE follow_ups SET title = :to"


def _comment(session: Session) -> tuple[str, UUID, str]:
    comment = Comment(case_id=make_case(session).id, body="Quicksilver")
    session.add(comment)
    session.flush()
    return "comment", comment.id, "UPDATE comments SET body = :to"


def _engagement(session: Session) -> tuple[str, UUID, str]:
    return "engagement", make_engagement(session, summary="Quicksilver").id, "UPDATE engagements SET summary = :to"


def _commitment(session: Session) -> tuple[str, UUID, str]:
    return "commitment", make_commitment(session, text="Quicksilver").id, "UPDATE commitments SET text = :to"


def _contact(session: Session) -> tuple[str, UUID, str]:
    return "contact", make_contact(session, "Quicksilver").id, "UPDATE contacts SET name = :to"


def _office(session: Session) -> tuple[str, UUID, str]:
    return "contact", make_contact(session, office="Quicksilver").id, "UPDATE offices SET title = :to"


def _employer(session: Session) -> tuple[str, UUID, str]:
    made = make_contact(session, organisation_id=make_organisation(session, "Quicksilver").id)
    return "contact", made.id, "UPDATE organisations SET name = :to"


def _organisation(session: Session) -> tuple[str, UUID, str]:
    return "organisation", make_organisation(session, "Quicksilver").id, "UPDATE organisations SET name = :to"


def _subject(session: Session) -> tuple[str, UUID, str]:
    return "subject", make_subject(session, "Quicksilver").id, "UPDATE subjects SET name = :to"


def _subject_of_case(session: Session) -> tuple[str, UUID, str]:
    case = make_case(session)
    make_subject(session, "Quicksilver", case)
    return "case", case.id, "UPDATE subjects SET aliases = ARRAY[cast(:to AS text)], name = 'Nobody'"


def _party(session: Session) -> tuple[str, UUID, str]:
    made = make_commitment(session, by_country=None, by_contact_id=make_contact(session, "Quicksilver").id)
    return "commitment", made.id, "UPDATE contacts SET name = :to"


def _recommendation(session: Session) -> tuple[str, UUID, str]:
    made = make_recommendation(session, make_case(session), theme="Quicksilver")
    return "recommendation", made.id, "UPDATE recommendations SET theme = :to"


def _document(session: Session) -> tuple[str, UUID, str]:
    paper = DocumentRecord(title="Quicksilver")
    session.add(paper)
    session.flush()
    return "document", paper.id, "UPDATE documents SET title = :to"


MAKERS = (
    *(
        _case,
        _event,
        _fact,
        _follow_up,
        _comment,
        _engagement,
        _commitment,
        _contact,
        _office,
        _employer,
        _organisation,
    ),
    *(_subject, _subject_of_case, _party, _document, _recommendation),
)


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_made_and_changed_by_whatever_statement_is_found_anew(
    session: Session, make: Callable[[Session], tuple[str, UUID, str]]
) -> None:
    kind, made, change = make(session)
    assert entries(session, kind, "quicksilver") == {made}
    _as_owner(session, change, to="Mercury")
    assert entries(session, kind, "quicksilver") == set()
    assert made in entries(session, kind, "mercury")


def test_what_is_voided_removed_or_merged_is_not_found(session: Session) -> None:
    case = make_case(session)
    event = make_event(session, case, 5, summary="Quicksilver")
    comment = Comment(case_id=case.id, body="Quicksilver")
    gone, kept = make_contact(session, "Quicksilver"), make_contact(session, "Ada")
    recommended = make_recommendation(session, case, text="Quicksilver")
    session.add(comment)
    session.flush()
    event.voided_at = comment.removed_at = recommended.voided_at = clock.now()
    gone.merged_into_id = kept.id
    assert [entries(session, kind, "quicksilver") for kind in ("event", "comment", "contact", "recommendation")] == [
        set()
    ] * 4
    gone.merged_into_id = None
    assert entries(session, "contact", "quicksilver") == {gone.id}


def test_a_deleted_case_takes_its_entries_along(session: Session) -> None:
    case = make_case(session, title="Quicksilver")
    make_event(session, case, 5, summary="Quicksilver")
    make_follow_up(session, case, title="Quicksilver")
    make_subject(session, "Quicksilver", case)
    make_recommendation(session, case, text="Quicksilver")
    session.flush()
    session.execute(text("DELETE FROM cases WHERE id = :id"), {"id": case.id})
    assert [entries(session, kind, "quicksilver") for kind in ("case", "event", "follow_up", "recommendation")] == [
        set()
    ] * 4


def test_a_text_of_any_length_and_with_any_word_can_be_kept(session: Session) -> None:
    case = make_case(session, title="Long")
    event = make_event(session, case, 5, summary=f"{'A' * 5000} Quicksilver " + "Слово " * 50_000)
    assert entries(session, "event", "quicksilver") == {event.id}
    assert entries(session, "event", "A" * 60) == {event.id}


def _as_owner(session: Session, statement: str, **said: str) -> None:
    """Whoever changes it: here the owner, as a migration or a repair by hand would."""
    session.execute(text("SELECT set_config('role', 'none', true)"))
    session.execute(text(statement), said)
    session.execute(text("SELECT set_config('role', 'tracker_operator', true)"))
