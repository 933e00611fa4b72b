"""What holds on a case, on a pathway, everywhere: when reminders come, and who is told when nothing happens."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.access.entrance import ADMINISTRATORS, CASE_READERS, entrance
from tracker.cases.models import Case
from tracker.cases.queries import get_case
from tracker.core.database import rollback
from tracker.core.errors import Conflict, Invalid, NotVisible
from tracker.core.web import actor, db
from tracker.pathways.store import definitions
from tracker.reminders import services
from tracker.reminders.pages.blueprint import Answer, blueprint
from tracker.reminders.pages.rules_form import RuleForm, chain_in_words, data_of
from tracker.reminders.pages.wishes_form import show_faults
from tracker.reminders.ruling import Key


@blueprint.get("/cases/<reference>/reminders/rules")
@entrance(CASE_READERS)
def case_rules(reference: str) -> Answer:
    case = get_case(db(), actor(), reference)
    return _page("case", case.id, _shown("case", case.id), case=case)


@blueprint.post("/cases/<reference>/reminders/rules")
@entrance(CASE_READERS)
def set_case_rules(reference: str) -> Answer:
    case = get_case(db(), actor(), reference)
    return _set("case", case.id, url_for(".case_rules", reference=case.reference), case=case)


@blueprint.get("/settings/reminders")
@entrance(ADMINISTRATORS)
def rules() -> Answer:
    scope, key = _asked()
    return _page(scope, key, _shown(scope, key))


@blueprint.post("/settings/reminders")
@entrance(ADMINISTRATORS)
def set_rules() -> Answer:
    scope, key = _asked()
    return _set(scope, key, url_for(".rules", pathway=key))


def _asked() -> tuple[str, str | None]:
    """Scope and key, by `pathway` in the address: absent or empty for what holds everywhere."""
    key = request.args.get("pathway") or None
    if key is not None and key not in {definition.key for definition in definitions().all()}:
        raise NotVisible
    return ("pathway", key) if key is not None else ("all", None)


def _shown(scope: str, key: Key) -> RuleForm:
    return RuleForm(formdata=None, data=data_of(services.rule_of(db(), scope, key)))


def _set(scope: str, key: Key, address: str, case: Case | None = None) -> Answer:
    form = RuleForm()
    if not form.validate():
        return _page(scope, key, form, case=case), 422
    try:
        services.set_rule(db(), actor(), scope, key, form.values(), form.expected_version)
    except Conflict as problem:
        rollback(db())
        form.version.data = str(problem.current_version or 0)
        return _page(scope, key, form, case=case, theirs=data_of(services.rule_of(db(), scope, key))), 409
    except Invalid as problem:
        show_faults(form, problem)
        return _page(scope, key, form, case=case), 422
    flash(_("The rules are set. What is planned follows within minutes."), "success")
    return redirect(address, 303)


def _page(scope: str, key: Key, form: RuleForm, case: Case | None = None, **said: Any) -> str:
    may = services.may_set_rule(db(), actor(), scope, key)
    pathway = key if isinstance(key, str) else None
    return render_template(
        "reminders/rules.html",
        form=form,
        scope=scope,
        key=key,
        case=case,
        may=may,
        habits=services.effective_rule(db(), case) if case else services.wide_rule(db(), pathway),
        chain_in_words=chain_in_words,
        pathways=[] if case else [(one.key, one.label) for one in definitions().all()],
        **said,
    )
