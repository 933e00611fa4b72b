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
