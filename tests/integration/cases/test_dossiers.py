"""A dossier is seen through its cases, and what it is about by those who see cases by role."""

from __future__ import annotations

from tests.factories.case import join, make_case
from tests.support.acting import ActAs, ClientOf
from tracker.accounts.models import Person
from tracker.cases.models import Dossier
from tracker.core.actor import OPERATOR


def test_counsel_of_one_case_do_not_read_what_the_whole_dossier_is_about(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        dossier = Dossier(title="Abductions", summary="Two investigations and six warrants")
        session.add(dossier)
        session.flush()
        case = make_case(session, title="The one case")
        case.dossier_id = dossier.id
        other = make_case(session, title="Another case")
        other.dossier_id = dossier.id
        join(session, case, people["outside_counsel"], "member")
        address = f"/dossiers/{dossier.id}"
    pages = (address, "/dossiers")
    staff = client_of(people["head"])
    assert all("six warrants" in staff.get(page).text for page in pages)
    counsel = client_of(people["outside_counsel"])
    for page in pages:
        seen = counsel.get(page).text
        assert "Abductions" in seen and "six warrants" not in seen and "Another case" not in seen


def test_a_case_is_put_into_a_dossier_that_its_writer_sees(
    act_as: ActAs, people: dict[str, Person], client_of: ClientOf
) -> None:
    with act_as(OPERATOR) as session:
        quiet = Dossier(title="Quicksilver")
        session.add_all([quiet, Dossier(title="Abductions", is_open=True)])
        session.flush()
        make_case(session, level="sealed", lead=people["other"], dossier_id=quiet.id)
        case = make_case(session, lead=people["legal_officer"])
    pages = ("/cases/new?begin=country_accession:identified", f"/cases/{case.reference}/edit")
    for who, sees in (("other", True), ("legal_officer", False)):
        for page in pages:
            form = client_of(people[who]).get(page).text
            assert "Abductions" in form and ("Quicksilver" in form) == sees, (who, page)
