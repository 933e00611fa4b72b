"""Saving, changing, sharing and forgetting views of lists."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.access.policy import require
from tracker.accounts.models import SavedView
from tracker.audit.services import record
from tracker.core.actor import Actor
from tracker.core.errors import Conflict, Fault, Invalid
from tracker.lists import policy
from tracker.lists.address import LONGEST_QUERY, OF_A_PAGE, OF_A_VIEW
from tracker.lists.queries import MOST_VIEWS

AREAS = ("cases", "follow_ups", "engagements", "commitments", "contacts", "organisations")
LONGEST_NAME = 80


def save_view(
    session: Session, actor: Actor, area: str, name: str, query: str, *, shared: bool = False, default: bool = False
) -> SavedView:
    """Keep the words of an address under a name. Raises Invalid, NotPermitted."""
    require(policy.may_save(actor))
    if shared:
        require(policy.may_share(actor))
    view = SavedView(owner_id=_person(actor), area=_area(area), name=_name(name), query=_query(query), is_shared=shared)
    _refuse_too_many(session, view)
    session.add(view)
    session.flush()
    if default:
        _make_default(session, view)
    record(session, actor, "view.saved", "saved_view", view.id, area=area, shared=shared)
    return view


def change_view(
    session: Session,
    actor: Actor,
    view: SavedView,
    *,
    name: str | None = None,
    query: str | None = None,
    shared: bool | None = None,
    default: bool | None = None,
    expected_version: int | None = None,
) -> SavedView:
    """Change what is given (None: stays). Raises Invalid, NotPermitted, Conflict."""
    require(policy.may_change(actor, view))
    if expected_version is not None and expected_version != view.version:
        raise Conflict(_("The view was changed meanwhile."), view.version)
    if shared and not view.is_shared:
        require(policy.may_share(actor))
    before = (view.name, view.query, view.is_shared, view.is_default)
    view.name = view.name if name is None else _name(name)
    view.query = view.query if query is None else _query(query)
    view.is_shared = view.is_shared if shared is None else shared
    if default:
        _make_default(session, view)
    elif default is False:
        view.is_default = False
    after = (view.name, view.query, view.is_shared, view.is_default)
    changed = [
        field
        for field, old, new in zip(("name", "query", "shared", "default"), before, after, strict=True)
        if old != new
    ]
    if changed:
        session.flush()
        record(session, actor, "view.changed", "saved_view", view.id, fields=changed)
    return view


def forget_view(session: Session, actor: Actor, view: SavedView) -> None:
    """Delete a view of one's own. Raises NotPermitted."""
    require(policy.may_change(actor, view))
    record(session, actor, "view.deleted", "saved_view", view.id, area=view.area)
    session.delete(view)
    session.flush()


def _make_default(session: Session, view: SavedView) -> None:
    others = SavedView.owner_id == view.owner_id, SavedView.area == view.area, SavedView.is_default
    session.execute(update(SavedView).where(*others, SavedView.id != view.id).values(is_default=False))
    view.is_default = True


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise LookupError("a view belongs to a person")
    return actor.person_id


def _area(area: str) -> str:
    if area not in AREAS:
        raise Invalid(Fault("area", _("There is no such list.")))
    return area


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Invalid(Fault("name", _("Give the view a name.")))
    if len(name) > LONGEST_NAME:
        raise Invalid(Fault("name", _("A name has at most %(number)s characters.", number=LONGEST_NAME)))
    return name


def _query(text: str) -> str:
    """The words of a list's address and nothing else, so that a shared view leads nowhere but to its list."""
    if len(text) > LONGEST_QUERY:
        raise Invalid(Fault("query", _("There are too many filters for one view.")))
    pairs = [(name, value) for name, value in parse_qsl(text) if name not in OF_A_PAGE | OF_A_VIEW]
    return urlencode([(name, value) for name, value in pairs if "\x00" not in name + value])


def _refuse_too_many(session: Session, view: SavedView) -> None:
    own = SavedView.owner_id == view.owner_id, SavedView.area == view.area
    if (session.scalar(select(func.count()).where(*own)) or 0) >= MOST_VIEWS:
        raise Invalid(Fault("name", _("You have very many views of this list. Delete one first.")))
