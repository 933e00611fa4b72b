"""The page "Requests": what waits for a second person, and asking for a case that one does not see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.access.entrance import ADMINISTRATORS, CASE_READERS, SIGNED_IN, STAFF, entrance
from tracker.access.policy import Action, decide, require
from tracker.accounts.current import today_here
from tracker.accounts.forms import ROLE_WORDS
from tracker.accounts.fresh import ask_first, ask_first_keeping
from tracker.accounts.queries import person_with_roles
from tracker.accounts.sign_in import settings
from tracker.approvals import queries, services
from tracker.approvals.carrying_out import make_factors_link
from tracker.approvals.forms import EraseForm, GlassForm
from tracker.approvals.models import Approval, Kind
from tracker.approvals.policy import may_ask
from tracker.core.actor import Actor
from tracker.core.errors import Conflict
from tracker.core.web import actor, db

blueprint = Blueprint("approvals", __name__)

Answer = Response | str | tuple[str, int]

KIND_WORDS = {
    Kind.UNSEAL: _l("Unseal a case, or something on one"),
    Kind.EXPORT_ALL: _l("Mass export"),
    Kind.ADMINISTRATOR: _l("Make somebody an administrator, or give an administrator other roles"),
    Kind.ERASE: _l("Erase a person"),
    Kind.DESTROY: _l("Destroy for good"),
    Kind.FACTORS: _l("Let somebody set up anew all that they sign in with"),
    Kind.HAND_OVER: _l("Hand over restricted and sealed cases that somebody who left led alone"),
    Kind.CLOCK_RULE: _l("Change a rule of law by which days are reckoned"),
    Kind.BREAK_GLASS: _l("Break the glass: a case that the person does not see"),
}
RULE_WORDS = {
    "verified": _l("verified: somebody saw its text"),
    "corrected": _l("corrected"),
    "switched_off": _l("switched off: it gives no date"),
    "switched_on": _l("switched on again"),
    "restored": _l("the text of the release holds again"),
}
"""What is to be done to a rule."""
AREA_WORDS = {
    "cases": _l("Cases"),
    "follow_ups": _l("Follow-ups"),
    "contacts": _l("Contacts"),
    "organisations": _l("Organisations"),
    "engagements": _l("Engagements"),
    "commitments": _l("Commitments"),
    "recommendations": _l("Recommendations"),
    "everything": _l("Everything that the second person sees, but nothing sealed"),
}
"""What a mass export is of."""
FETCHED_LATER = frozenset({Kind.EXPORT_ALL, Kind.FACTORS})
"""What whoever asked carries out after the answer, once: a file is fetched, a link is made."""
ANSWER_WORDS = {"agreed": _l("agreed"), "refused": _l("refused"), "withdrawn": _l("withdrawn")}


@blueprint.get("/requests")
@entrance(SIGNED_IN)
def requests() -> str:
    rows = queries.list_approvals(db(), actor())
    approvals = [row[0] for row in rows]
    about = queries.what_they_are_about(db(), actor(), approvals)
    about |= {one.id: _erasure_in_words(one, about[one.id]) for one in approvals if one.kind == Kind.ERASE}
    about |= {one.id: _export_in_words(one, whole=_may_know(one)) for one in approvals if one.kind == Kind.EXPORT_ALL}
    about |= {one.id: _rule_in_words(one) for one in approvals if one.kind == Kind.CLOCK_RULE}
    successors = queries.successors_in(db(), approvals)
    about |= {one.id: f"{about[one.id]}: {_roles_in_words(one)}" for one in approvals if "roles" in one.payload}
    about |= {key: f"{about[key]} → {name}" for key, name in successors.items()}
    mine = [row for row in rows if row[0].is_ready and row[0].asked_by_id == actor().person_id]
    ready = [row for row in mine if row[0].kind in FETCHED_LATER]
    return render_template(
        "approvals/requests.html",
        waiting=[row for row in rows if row[0].is_open],
        ready=ready,
        fetched_later=FETCHED_LATER,
        past=[row for row in rows if not row[0].is_open and row not in ready],
        about=about,
        reviews=queries.reviews_of(db(), actor(), today_here()),
        today=today_here(),
        me=actor().person_id,
        kinds=KIND_WORDS,
        answers=ANSWER_WORDS,
        may_erase=bool(decide(actor(), Action.ERASE_PERSON)),
        may_export_everything=bool(decide(actor(), Action.EXPORT_ALL)),
        may_break_glass=bool(may_ask(actor(), Kind.BREAK_GLASS)),
    )


@blueprint.post("/requests/<uuid:approval_id>/agree")
@entrance(SIGNED_IN)
def agree(approval_id: UUID) -> Answer:
    if asked := ask_first(url_for("approvals.requests")):
        return asked
    return _answered(services.agree, approval_id, _agreed_words)


@blueprint.post("/requests/<uuid:approval_id>/refuse")
@entrance(SIGNED_IN)
def refuse(approval_id: UUID) -> Answer:
    return _answered(services.refuse, approval_id, lambda _approval: _("Refused."))


@blueprint.post("/requests/<uuid:approval_id>/withdraw")
@entrance(SIGNED_IN)
def withdraw(approval_id: UUID) -> Answer:
    return _answered(services.withdraw, approval_id, lambda _approval: _("Withdrawn."))


@blueprint.get("/requests/glass")
@entrance(STAFF)
def ask_for_glass() -> str:
    return render_template("approvals/glass.html", form=GlassForm())


@blueprint.post("/requests/glass")
@entrance(STAFF)
def break_glass() -> Answer:
    """The answer is the same whether there is such a case or not; nobody looks for one here."""
    require(may_ask(actor(), Kind.BREAK_GLASS))
    form = GlassForm()
    if not form.validate():
        return render_template("approvals/glass.html", form=form), 422
    if asked := ask_first_keeping():
        return asked
    payload = {"reference": (form.reference.data or "").strip().upper()}
    services.ask(db(), actor(), Kind.BREAK_GLASS, payload, form.reason.data or "")
    flash(_("Asked. A head or an administrator has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


@blueprint.post("/requests/<uuid:approval_id>/link")
@entrance(ADMINISTRATORS)
def factors_link(approval_id: UUID) -> Answer:
    """The link that two persons agreed to; not a redirect: it is shown in this answer and kept nowhere."""
    if asked := ask_first(url_for("approvals.requests")):
        return asked
    try:
        made = make_factors_link(db(), actor(), approval_id)
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for("approvals.requests"), 303)
    account = person_with_roles(db(), made.invitation.person_id)
    address = settings().base_url + url_for("accounts.invitation", key=made.token)
    return render_template("accounts/link_once.html", account=account, address=address, purpose="factors")


@blueprint.get("/requests/erase")
@entrance(ADMINISTRATORS)
def ask_for_erasure() -> str:
    require(decide(actor(), Action.ERASE_PERSON))
    said = request.args
    form = EraseForm(formdata=None, data={"what": said.get("what"), "which": said.get("which")})
    return render_template("approvals/erase.html", form=form)


@blueprint.post("/requests/erase")
@entrance(ADMINISTRATORS)
def asked_for_erasure() -> Answer:
    """The answer tells nobody whether there is such a person: administrators see no contact and no subject by role."""
    require(decide(actor(), Action.ERASE_PERSON))
    form = EraseForm()
    if form.validate() and form.object_id is None:
        form.which.errors = [_("There is no number in this. Copy the address of their page.")]
    if form.errors:
        return render_template("approvals/erase.html", form=form), 422
    payload = {"what": form.what.data, "also": form.other_words}
    services.ask(db(), actor(), Kind.ERASE, payload, form.reason.data or "", object_id=form.object_id)
    flash(_("Asked. A head, or somebody who leads a case, has to agree within three days."), "success")
    return redirect(url_for("approvals.requests"), 303)


def _agreed_words(approval: Approval) -> str:
    if approval.kind in FETCHED_LATER:
        return str(_("Agreed. Whoever asked carries it out, once."))
    if approval.kind == Kind.ERASE:
        words = _(
            "Erased. Ask the operator to have the database's files rewritten; backups hold it until they are deleted."
        )
        return str(words)
    return str(_("Agreed, and carried out."))


def _erasure_in_words(approval: Approval, name: str) -> str:
    """Whom, and what else goes; a number for those who may not see who it is."""
    named = name or f"[{str(approval.object_id)[:8]}]"
    also = ", ".join(approval.payload.get("also", ())) if name else ""
    return str(_("%(name)s; also: %(words)s", name=named, words=also)) if also else named


def _roles_in_words(approval: Approval) -> str:
    return ", ".join(str(ROLE_WORDS[role]) for role in approval.payload["roles"])


def _rule_in_words(approval: Approval) -> str:
    """Which rule, what is done to it, and every value that changes."""
    said = approval.payload
    changed = "; ".join(f"{name}: {before} → {after}" for name, before, after in said["changes"])
    words = f"{said['rule']}: {RULE_WORDS[said['what']]}"
    return f"{words} ({changed})" if changed else words


def _may_know(approval: Approval) -> bool:
    """Filters may name a case or somebody: administrators, who see none, are told of no others' filters."""
    return approval.asked_by_id == actor().person_id or not CASE_READERS.isdisjoint(actor().roles)


def _export_in_words(approval: Approval, *, whole: bool) -> str:
    """Which list, with the filters as its address has them."""
    area = str(AREA_WORDS.get(approval.payload.get("area", ""), ""))
    if not whole:
        return area
    said = parse_qsl(urlsplit(str(approval.payload.get("target", ""))).query)
    filters = ", ".join(f"{name}={value}" for name, value in said)
    return f"{area}: {filters}" if filters else area


def _answered(
    act: Callable[[Session, Actor, UUID], Approval], approval_id: UUID, words: Callable[[Approval], str]
) -> Answer:
    try:
        approval = act(db(), actor(), approval_id)
    except Conflict as problem:
        db().rollback()
        flash(problem.message, "warning")
    else:
        flash(words(approval), "success")
    return redirect(url_for("approvals.requests"), 303)
