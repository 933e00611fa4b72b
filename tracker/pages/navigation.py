"""What templates of pages may ask for: where one can go, who one is, what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.access.entrance import CASE_READERS, entrance_of, may_enter
from tracker.access.policy import Action, Decision, decide
from tracker.accounts.current import SignedIn, signed_in
from tracker.core import clock
from tracker.core.template_words import locale_now
from tracker.core.version import VERSION
from tracker.core.web import actor
from tracker.pages.duties import duties_of
from tracker.reminders.pages.bell_views import counted, etag_of
from tracker.reminders.pages.watchdog_signs import alarms_of


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation; `blueprints` are those whose pages belong to it; `key` follows "g" to go there."""

    endpoint: str
    label: Any
    icon: str
    key: str
    begins_group: bool = False
    blueprints: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()


class Item(NamedTuple):
    """An entry as it is written. A template keeps the whole list by these, so no number that changes stands here."""

    label: str
    url: str
    icon: str
    key: str
    begins_group: bool
    active: bool
    has_bell: bool


AREAS = (
    Area("pages.home", _l("Home"), icon="home", key="h", endpoints=("pages.add_from_home",)),
    Area(
        "reminders.bell",
        _l("Reminders"),
        icon="bell",
        key="r",
        endpoints=(
            *("reminders.wishes", "reminders.preview_wishes", "reminders.from_mail"),
            *("reminders.rules", "reminders.set_rules"),
        ),
    ),
    Area(
        "pages.overview",
        _l("Overview"),
        icon="layout-dashboard",
        key="o",
        endpoints=("pages.workload_page", "pages.work_of_person"),
    ),
    Area(
        "cases.list_cases",
        _l("Cases"),
        icon="briefcase",
        key="c",
        begins_group=True,
        blueprints=("cases", "imports"),
        endpoints=(
            *("pages.case_page", "pages.move_case", "pages.standard_follow_ups"),
            *("pages.case_timeline", "pages.dossier_timeline", "pages.new_comment", "pages.edit_comment"),
            *("followups.new_follow_up", "followups.new_timeline", "followups.timeline_page"),
            *("reminders.case_reminders", "reminders.case_rules", "reminders.set_case_rules"),
            *("pages.case_trail", "pages.case_clocks", "pages.subject_page"),
        ),
    ),
    Area("followups.list_follow_ups", _l("Follow-ups"), icon="checklist", key="f", blueprints=("followups",)),
    Area(
        "pages.board", _l("Board"), icon="layout-kanban", key="b", endpoints=("pages.choose_column", "pages.put_card")
    ),
    Area("pages.calendar", _l("Calendar"), icon="calendar", key="k"),
    Area(
        "engagements.list_engagements",
        _l("Engagements"),
        icon="calendar-event",
        key="m",
        begins_group=True,
        blueprints=("engagements",),
    ),
    Area("contacts.list_contacts", _l("Contacts"), icon="address-book", key="p", blueprints=("contacts",)),
    Area("rules.list_rules", _l("Rules of law"), icon="scale", key="j", blueprints=("rules",)),
    Area("limitation.list_charges", _l("Limitation"), icon="gavel", key="i"),
    Area(
        "reminders.ledger",
        _l("Mail ledger"),
        icon="mail",
        key="l",
        begins_group=True,
        endpoints=("reminders.ask_resend_all",),
    ),
    Area("reminders.watchdog", _l("Watchdog"), icon="activity-heartbeat", key="w"),
    Area(
        "accounts.list_accounts",
        _l("Accounts"),
        icon="users",
        key="a",
        endpoints=("accounts.new_account", "accounts.account_page"),
    ),
    Area(
        "approvals.requests",
        _l("Requests"),
        icon="shield-lock",
        key="q",
        blueprints=("approvals",),
        endpoints=("pages.ask_for_everything", "pages.asked_for_everything"),
    ),
    Area("pages.audit_page", _l("Audit"), icon="eye", key="u"),
)
_NAMED = {endpoint: area for area in AREAS for endpoint in (area.endpoint, *area.endpoints)}
_MADE = "tracker.nav_items"
SEARCH_URL = "/search"
BELL = "reminders.bell"


def init_app(app: Flask) -> None:
    """Give the templates of `app` what stands on every page."""
    app.extensions[_MADE] = lru_cache(maxsize=128)(_made_items)
    app.context_processor(page_context)


def page_context() -> dict[str, Any]:
    """Variables of every template; without a request (a mail) only the version."""
    if not has_request_context():
        return {"app_version": VERSION}
    person = signed_in()
    return {
        "app_version": VERSION,
        "request_id": g.get("request_id"),
        "person_signed_in": person,
        "theme": person.theme if person else "auto",
        "printed_at": clock.now(),
        "keyboard_shortcuts": person.keyboard_shortcuts if person else True,
        "nav_items": _nav_items(person) if person else (),
        "bell": _bell(person) if person else None,
        "alarms": alarms_of(person.news) if person else [],
        "duties": duties_of(person.news) if person else [],
        "user_menu": _user_menu(person) if person else None,
        "home_url": "/",
        "new_url": "/follow-ups/new" if person and not CASE_READERS.isdisjoint(person.roles) else "",
        "can": can,
        "search_url": SEARCH_URL if person and may_enter(CASE_READERS, person.roles) else None,
    }


def can(action: str, level: str | None = None, membership: str | None = None) -> Decision:
    """For templates: whether the person may, and why not (tracker.access.policy.decide)."""
    return decide(actor(), Action(action), level, membership)


def _nav_items(person: SignedIn) -> tuple[Item, ...]:
    """Made once for each language, set of roles, place and root of the site, and for nobody in particular."""
    made = current_app.extensions[_MADE]
    here = next((area.endpoint for area in AREAS if _is_here(area, request.endpoint or "")), None)
    items: tuple[Item, ...] = made(locale_now(), request.script_root, person.roles, here)
    return items


def _made_items(_locale: object, _root: str, roles: frozenset[str], here: str | None) -> tuple[Item, ...]:
    views = current_app.view_functions
    return tuple(
        Item(
            label=str(area.label),
            url=url_for(area.endpoint),
            icon=area.icon,
            key=area.key,
            begins_group=area.begins_group,
            active=area.endpoint == here,
            has_bell=area.endpoint == BELL,
        )
        for area in AREAS
        if area.endpoint in views and may_enter(entrance_of(views[area.endpoint]), roles)
    )


def _is_here(area: Area, endpoint: str) -> bool:
    """Whether the page belongs to `area`; one that an area names is that area's, whatever blueprint it comes from."""
    if endpoint in _NAMED:
        return _NAMED[endpoint] is area
    return endpoint.partition(".")[0] in area.blueprints


def _bell(person: SignedIn) -> dict[str, Any]:
    unread = person.news.unread
    words = ngettext("Reminders: %(num)s unread", "Reminders: %(num)s unread", unread)
    return {
        "unread": counted(unread),
        "words": words,
        "url": url_for(BELL),
        "news_url": url_for("reminders.news"),
        "etag": etag_of(person.news),
    }


def _user_menu(person: SignedIn) -> dict[str, Any]:
    return {
        "name": person.name,
        "email": person.email,
        "preferences_url": url_for("accounts.preferences"),
        "sign_out_url": url_for("accounts.sign_out"),
    }
