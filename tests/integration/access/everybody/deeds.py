"""A valid body for every POST, so that nothing but a permission stands between the visitor and the deed."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp

from tests.factories.openpgp import make_secret, public
from tests.factories.person import PASSWORD
from tests.integration.access.everybody.people import AS_JSON, House, Upload
from tests.integration.access.sample import Sample
from tests.integration.interchange.test_commands import GOOD
from tests.support.bad_files import picture
from tests.support.seen_forms import Form, read_page
from tracker.accounts.enrolling import new_offer
from tracker.core import clock
from tracker.pathways.store import definitions
from tracker.sittings.reading import SHIPPED

Body = dict[str, Any]
WHO_LOOKS = ("lead", "administrator")
"""Whose pages the forms are taken from: between them they may do everything."""


def harvest(house: House, level: str) -> dict[str, Body]:
    """By address: what the form there sends when somebody who may has filled it in."""
    sample = house.samples[level]
    found: dict[str, Body] = {}
    for visitor in WHO_LOOKS:
        for method, rule in house.routes():
            if method == "GET":
                path = sample.address(house.app, rule)
                answer = house.open(visitor, path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    for form in read_page(answer.text)[0]:
                        _keep(found, path, form)
    return found


def _keep(found: dict[str, Body], path: str, form: Form) -> None:
    if form.method == "POST":
        sent = {
            name: value for name, value in form.filled().items() if name != "csrf_token" and not _is_odd(name, value)
        }
        found.setdefault(urlsplit(urljoin(path, form.action or path)).path, sent)


def _is_odd(name: str, value: Any) -> bool:
    """A day, a number or a name of somebody known, filled with any words: better left as it is on the page."""
    return value == ["Something typed"] and not _TAKES_WORDS.search(name)


_TAKES_WORDS = re.compile(r"title|name$|reason|body|notes?$|summary|text|line|place$|waiting_on")


def body_for(sample: Sample, endpoint: str, path: str, harvested: dict[str, Body]) -> Body:
    """What is sent to `endpoint` at `path`: the harvested form with what is known better instead."""
    return harvested.get(path, {}) | _instead(sample, endpoint)


def _first_status() -> str:
    return definitions().get("country_accession").initial[0]


def _moved(sample: Sample) -> Body:
    return {"id": str(sample.values["follow_up_id"]), "what": "priority", "priority": "urgent", "step": "confirm"}


def _work(sample: Sample) -> Body:
    return {"title": "Ring them", "case": sample.case.reference, "level": "", "assignee": "", "due": ""}


def _line(sample: Sample) -> Body:
    return {"line": "Ring them 2026-12-01", "here": sample.case.reference, "again": "1"}


def _timelines(_sample: Sample) -> Body:
    others = {"items-1-title": "", "items-2-title": "", "items-3-title": "", "items-0-offset": "-7"}
    return {"title": "Hearing", "pathway": "", "items-0-title": "Prepare", **others}


def _moved_case(_sample: Sample) -> Body:
    return {
        "to": "jump:identified",
        "step": "confirm",
        "summary": "It began",
        "occurred_on": "2026-01-06",
        "reason": "So",
        "fact_instrument": "A treaty",
        "fact_state_party": "yes",
    }


def _handed(sample: Sample) -> Body:
    return {"successor": str(sample.values["successor_id"]), "id": [str(sample.values["work_of_someone_id"])]}


def _around_a_day(sample: Sample) -> Body:
    rows = {"row-0-title": "Send it", "row-0-due": "2027-01-30", "row-0-offset": "-30", "row-0-on": "1"}
    return {"set": str(sample.values["set_id"]), "reference_on": "2027-03-01", **rows}


def _two_contacts(sample: Sample) -> Body:
    versions = {"one_version": "1", "other_version": "1"}
    return {"with": str(sample.values["other_contact_id"]), "keep": "one", "name": "one", **versions}


def _met(_sample: Sample) -> Body:
    said = {"kind": "meeting", "occurred_on": "3 November 2025", "date_text": "", "summary": "They joined"}
    promised = {"commitments-0-kind": "ask", "commitments-0-text": "Accede", "commitments-0-due": "1 Dec 2026"}
    return {**said, **promised, "level": "internal", "follow_ups-0-title": "", "follow_ups-0-assignee": ""}


def _device(sample: Sample) -> Body:
    """An app that the lead set up: the offer is bound to whom it was made."""
    offer = new_offer(sample.values["successor_id"], "lead@example.org")
    code = pyotp.TOTP(offer.spoken.replace(" ", "")).at(clock.now())
    return {"sealed": offer.sealed, "code": code}


@cache
def _key() -> bytes:
    return public(make_secret())


_VERSION: Body = {"version": "1"}
_NAME: Body = {"name": "Ada Somebody"}
_KNOWN: dict[str, Body] = {
    "accounts.change_password": {"old_password": PASSWORD, "new_password": "twelve cranes left before the ice came"},
    "accounts.confirm": {"password": PASSWORD},
    "accounts.save_draft": {AS_JSON: {"key": "/cases/new", "fields": [["title", "Half of it"]]}},
    "accounts.set_roles": {"roles": ["legal_officer", "coordinator"]},
    "accounts.set_theme": {"theme": "dark"},
    "accounts.reactivate": _VERSION,
    "accounts.report_lost": {"reason": "It fell into the sea"},
    "cases.save_event": {
        "summary": "A call",
        "occurred_on": "2026-01-05",
        "after": "",
        "level": "",
        "flags_on": [],
        "flags_off": [],
    },
    "cases.replace_event": {
        "summary": "Another call",
        "occurred_on": "2025-04-01",
        "after": "",
        "flags_on": [],
        "flags_off": [],
        "level": "",
    },
    "cases.remove": {"reason": "A mistake"},
    "cases.save_level": {"level": "sealed", "reason": "It is secret"},
    "cases.save_subject": {"role": "suspect"},
    "cases.start_clock": {
        "clock_rule": "rome_statute_126_2",
        "occurred_on": "2026-01-05",
        "source": "A letter",
        "level": "",
        "looked": "rome_statute_126_2||2026-01-05",
    },
    "cases.watch": {"watching": "1"},
    "engagements.settle": {"superseded_by": ""},
    "followups.change_cell": {"field": "title", "value": "Another title", "version": "1"},
    "followups.move_timeline": {"reference_on": "2026-12-24", "version": "1"},
    "followups.snooze": {"until": "2027-01-04"},
    "limitation.add_act": {"act": "Order to suspend", "acted_on": "2025-04-01", "act_source": "Letter"},
    "limitation.add_charge": {"offence": "Unlawful detention"},
    "periods.add_period": {"begins_on": "2099-03-01", "end_kind": "day", "ends_on": "2100-02-28"},
    "recommendations.add": {"text": "Release everybody", "states": "Lithuania"},
    "recommendations.assess": {"assessor": "NAM", "assessment": "not"},
    "recommendations.read_table": {"file": Upload("table.csv", b"Number,Recommendation\n7.7,Release everybody\n")},
    "recommendations.take_table": {
        "content": base64.b64encode(zlib.compress(b'[["Number", "Text"], ["7.7", "Release everybody"]]')).decode(),
        "column-0": "number",
        "column-1": "text",
        "take": "1",
    },
    "recommendations.state_figures": {"assessor": "NAM", "total": "266"},
    "lists.save": {"area": "cases", "query": "", "name": "Mine"},
    "pages.put_card": {"to": "done"},
    "rules.ask_change": {"reason": "The law says so", "looked_at": "The gazette"},
    "contacts.new_organisation": {"name": "Another office"},
    "contacts.post_page": {"ended_on": "March 2026", "successor": "Bo Example", "began_on": "yesterday"},
    "documents.add": {"document": "", "title": "A picture", "file": Upload("letter.png", picture()), "clean": []},
    "imports.give": {"file": Upload("dossier.yaml", GOOD.encode())},
    "sittings.preview": {"file": Upload("sittings.yaml", SHIPPED.read_bytes())},
    "sittings.take_in": {"content": base64.b64encode(SHIPPED.read_bytes()).decode()},
    "pictures.give": {"picture": Upload("me.png", picture())},
}
"""What is sent wherever the thing is."""
_NAMED: dict[str, Callable[[Sample], Body]] = {
    "accounts.hand_leads_over": lambda sample: {"successor": str(sample.values["successor_id"])},
    "accounts.set_up_totp": _device,
    "followups.follow_a_clock": lambda sample: {
        "event": str(sample.values["clocked_id"]),
        "rule": "rome_statute_126_2",
        "party": "",
    },
    "openpgp.own_key": lambda _sample: {"key": "", "file": Upload("key.pgp", _key())},
    "approvals.asked_for_erasure": lambda sample: {
        "what": "contact",
        "which": str(sample.values["other_contact_id"]),
        "reason": "They ask for it",
        "also": "",
    },
    "approvals.break_glass": lambda sample: {"reference": sample.case.reference, "reason": "To read it"},
    "cases.change_cell": lambda sample: {"field": "title", "value": "Another", "version": str(sample.case.version)},
    "cases.link_case": lambda sample: {"kind": "joins", "to": sample.values["other_reference"]},
    "cases.merge": lambda sample: {
        "kept": sample.values["other_reference"],
        "reason": "The same",
        "typed": sample.case.reference,
        "version": str(sample.case.version),
        "step": "confirm",
    },
    "cases.open_case": lambda _sample: {
        "begin": f"country_accession:{_first_status()}",
        "title": "Estonia",
        "summary": "It begins",
        "occurred_on": "2026-01-05",
        "case_level": "internal",
        "countries": "EE",
        "detail_instrument": "A treaty",
        "detail_state_party": "yes",
    },
    "cases.remove": lambda sample: {"typed": sample.case.reference, "reason": "A mistake"},
    "cases.save_review": lambda sample: {"keep": sample.values["memberships"]},
    "contacts.merge": _two_contacts,
    "engagements.new_engagement": _met,
    "followups.add_anywhere": _work,
    "followups.add_follow_up": _work,
    "followups.add_one_line": _line,
    "followups.apply_timeline": _around_a_day,
    "followups.bulk_preview": _moved,
    "followups.change_needs": lambda sample: {"needs": str(sample.values["other_follow_up_id"]), "remove": ""},
    "followups.make_timeline_set": _timelines,
    "followups.save_timeline_set": _timelines,
    "pages.add_from_home": _work,
    "pages.hand_work_over": _handed,
    "pages.make_move": _moved_case,
}
"""What names something of the sample."""


def _instead(sample: Sample, endpoint: str) -> Body:
    return _KNOWN.get(endpoint, {}) | (_NAMED[endpoint](sample) if endpoint in _NAMED else {})


_ABOUT_NOTHING_HERE = (
    *("accounts.confirm", "pages.lower_part_level"),
    *("accounts.discard_draft", "accounts.end_one_session", "accounts.end_other_sessions", "accounts.name_passkey"),
    *("accounts.preferences", "accounts.remove_passkey", "accounts.remove_totp", "accounts.withdraw_link"),
    *("approvals.factors_link", "cases.export_cases", "contacts.export_contacts", "contacts.export_organisations"),
    *("contacts.undo", "engagements.edit", "engagements.export_commitments", "engagements.export_engagements"),
    *("followups.export_follow_ups", "followups.reopen", "followups.settle_day", "lists.change", "openpgp.remove_key"),
    *("pages.everything_file", "pages.mentions_seen", "reminders.look_at_dead", "reminders.preview_wishes"),
    *("reminders.resend", "reminders.resend_all", "imports.carry_out", "pictures.remove"),
    *("feeds.renew", "feeds.withdraw", "recommendations.export_recommendations", "recommendations.read_table"),
    "sittings.preview",
)
"""They write only to the audit or the session, or the samples hold nothing of the kind: whoever may is let in, and
nothing changes."""
LEFT_UNDONE = [f"POST {endpoint}" for endpoint in _ABOUT_NOTHING_HERE]
