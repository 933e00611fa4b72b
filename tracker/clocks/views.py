"""The pages of rules: what holds in this house, how it is counted, what was decided about it, and by whom (ADR 26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from tracker.access.entrance import CASE_READERS, SIGNED_IN, entrance
from tracker.access.policy import require
from tracker.accounts.form_faults import show_faults
from tracker.accounts.fresh import ask_first_keeping
from tracker.approvals.models import Kind
from tracker.approvals.policy import LAWYERS, may_ask
from tracker.approvals.views import RULE_WORDS
from tracker.clocks import queries, services
from tracker.clocks.asking import About, NoAnswer, answer, takes_a_calendar, takes_a_period
from tracker.clocks.forms import FIELD_WORDS, CorrectionForm, DecisionForm, data_of
from tracker.clocks.house import own_conventions
from tracker.clocks.installed import InstalledRule, body_of, differing, installed, is_off, is_unverified
from tracker.clocks.models import Deed
from tracker.clocks.reckoning import Reckoning, has_period
from tracker.clocks.rulebook import Outcome, examples_of, try_examples
from tracker.clocks.words import (
    CERTAINTY_WORDS,
    DEED_WORDS,
    counting_words,
    decided_words,
    forum_words,
    in_words,
    kind_words,
    off_words,
    roll_words,
    rule_period,
)
from tracker.core.errors import Conflict, Invalid, NotVisible
from tracker.core.web import actor, db
from tracker.pathways.schema import Clock, Definition
from tracker.pathways.spoken import spoken_rule
from tracker.pathways.store import definitions

blueprint = Blueprint("rules", __name__)
Answer = Response | str | tuple[str, int]

SHOWN = 40
"""Rules on one page of the list."""
STATE_WORDS = {
    "unverified": _l("unverified"),
    "decided": _l("decided about here"),
    "off": _l("switched off"),
    "behind": _l("the release says otherwise"),
    "none": _l("without a period"),
}
BUTTON_WORDS = {
    Deed.VERIFIED: _l("Verify"),
    Deed.CORRECTED: _l("Correct"),
    Deed.SWITCHED_OFF: _l("Switch off"),
    Deed.SWITCHED_ON: _l("Switch on again"),
    Deed.RESTORED: _l("Take the text of the release"),
}
WHAT_FOLLOWS = {
    Deed.VERIFIED: _l("The rule counts as verified from then on, with your names and the day."),
    Deed.CORRECTED: _l("What you write here holds from then on; days that hang on the rule are reckoned anew."),
    Deed.SWITCHED_OFF: _l("The rule gives no date any more. What was followed keeps its day, and asks for a decision."),
    Deed.SWITCHED_ON: _l("The rule gives dates again, as it stood when it was switched off."),
    Deed.RESTORED: _l("What was decided here ends: the rule is as this release ships it, and follows the next ones."),
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list, as it holds here, in the reader's language."""

    rule: Clock
    forum: str
    period: str
    is_unverified: bool
    is_off: bool
    decided: str
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What the rule comes to for a day that somebody typed; else what is wrong, and in which field."""

    trigger: str
    calendar: str
    period: str
    found: Reckoning | None = None
    steps: Sequence[str] = ()
    problem: str = ""
    about: About | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version and what it says otherwise than the rule said before it: (field, before, after)."""

    change: queries.Change
    differences: Sequence[tuple[str, str, str]]


@blueprint.get("/rules")
@entrance(SIGNED_IN)
def list_rules() -> str:
    rules = [spoken_rule(rule) for rule in queries.installed_rules(db()).values()]
    asked = {name: request.args.get(name, "").strip() for name in ("q", "forum", "certainty", "state")}
    found = [rule for rule in rules if _fits(rule, asked)]
    begins = [number for number, rule in enumerate(found) if rule.key == request.args.get("from", "")]
    start = begins[0] if begins else 0
    return render_template(
        "clocks/rules.html",
        lines=[_line(rule) for rule in found[start : start + SHOWN]],
        own=[_line(rule) for rule in map(spoken_rule, own_conventions().values()) if not start and _fits(rule, asked)],
        asked=asked,
        count=len(found),
        hidden=len(rules) - len(found),
        forums=[(one, forum_words(one)) for one in sorted({rule.forum for rule in rules if rule.forum})],
        certainties=CERTAINTY_WORDS,
        states=STATE_WORDS,
        previous=_address(found, asked, max(0, start - SHOWN)) if start else None,
        following=_address(found, asked, start + SHOWN) if start + SHOWN < len(found) else None,
    )


@blueprint.get("/rules/<rule_key>")
@entrance(SIGNED_IN)
def rule_page(rule_key: str) -> str:
    if rule_key in own_conventions():
        return _convention_page(own_conventions()[rule_key])
    shipped, rule = _rule(rule_key)
    waiting = queries.waiting_about(db(), actor(), rule_key)
    return render_template(
        "clocks/rule.html",
        **_shown(rule),
        behind=_in_words(differing(body_of(rule), body_of(shipped)) if _is_behind(rule) else ()),
        wanted=_in_words(waiting.approval.payload["changes"] if waiting else ()),
        pathways=_pathways(rule_key),
        examples=_examples(rule),
        takes_a_period=takes_a_period(rule),
        tried=_tried(rule),
        waiting=waiting,
        deed_words=DEED_WORDS,
        asked_words=RULE_WORDS,
        versions=_versions(queries.changes_of(db(), rule_key)),
        recomputation=queries.last_recomputation(db(), rule_key),
        sees_progress=actor().is_staff,
        deeds=services.deeds_for(rule) if waiting is None and not LAWYERS.isdisjoint(actor().roles) else (),
        buttons=BUTTON_WORDS,
    )


def _convention_page(rule: Clock) -> str:
    """Of what no law says: nobody verifies it, and no version is laid over it."""
    return render_template(
        "clocks/convention.html", **_shown(rule), tried=_tried(rule), takes_a_period=False, examples=_examples(rule)
    )


@blueprint.get("/rules/<rule_key>/change/<deed>")
@entrance(CASE_READERS)
def change_rule(rule_key: str, deed: str) -> Answer:
    require(may_ask(actor(), Kind.CLOCK_RULE))
    _shipped, rule = _rule(rule_key)
    wanted = _deed(deed)
    if wanted not in services.deeds_for(rule):
        return redirect(url_for(".rule_page", rule_key=rule_key), 303)
    form = (
        CorrectionForm(formdata=None, data=data_of(rule)) if wanted is Deed.CORRECTED else DecisionForm(formdata=None)
    )
    return _change_page(rule, wanted, form)


@blueprint.post("/rules/<rule_key>/change/<deed>")
@entrance(CASE_READERS)
def ask_change(rule_key: str, deed: str) -> Answer:
    require(may_ask(actor(), Kind.CLOCK_RULE))
    _shipped, rule = _rule(rule_key)
    wanted = _deed(deed)
    form = CorrectionForm() if wanted is Deed.CORRECTED else DecisionForm()
    if not form.validate():
        return _change_page(rule, wanted, form), 422
    if asked := ask_first_keeping():
        return asked
    said = form.said() if isinstance(form, CorrectionForm) else None
    try:
        services.ask_about_rule(
            db(), actor(), rule_key, wanted, form.reason.data or "", form.looked_at.data or "", said
        )
    except Invalid as problem:
        show_faults(form, problem)
        return _change_page(rule, wanted, form), 422
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for(".rule_page", rule_key=rule_key), 303)
    flash(_("Asked. Another legal officer or a head has to agree within three days."), "success")
    return redirect(url_for(".rule_page", rule_key=rule_key), 303)


def _change_page(rule: Clock, deed: Deed, form: DecisionForm) -> str:
    return render_template(
        "clocks/change.html",
        rule=spoken_rule(rule),
        deed=deed,
        form=form,
        words=BUTTON_WORDS[deed],
        follows=WHAT_FOLLOWS[deed],
        needs_source=deed in services.NEEDS_SOURCE,
    )


def _rule(rule_key: str) -> tuple[Clock, Clock]:
    """The rule as it ships, and as it holds here. Raises NotVisible."""
    shipped = services.known_rule(rule_key)
    return shipped, installed(shipped, queries.versions_in_force(db()).get(rule_key))


def _deed(said: str) -> Deed:
    try:
        return Deed(said)
    except ValueError:
        raise NotVisible from None


def _fits(rule: Clock, asked: dict[str, str]) -> bool:
    words = asked["q"].lower()
    return (
        (not words or words in f"{rule.key} {rule.label} {rule.source}".lower())
        and asked["forum"] in ("", rule.forum)
        and asked["certainty"] in ("", rule.certainty)
        and (asked["state"] not in STATE_WORDS or _is_in_state(rule, asked["state"]))
    )


def _is_in_state(rule: Clock, state: str) -> bool:
    return {
        "unverified": is_unverified(rule),
        "decided": isinstance(rule, InstalledRule),
        "off": is_off(rule),
        "behind": _is_behind(rule),
        "none": not has_period(rule),
    }[state]


def _address(found: Sequence[Clock], asked: dict[str, str], start: int) -> str:
    said = {name: value for name, value in asked.items() if value}
    said |= {"from": found[start].key} if start else {}
    return f"{url_for('.list_rules')}?{urlencode(said)}" if said else url_for(".list_rules")


def _line(rule: Clock) -> RuleLine:
    otherwise = _("named by the act") if takes_a_period(rule) else _("no period")
    period = rule_period(rule) or (_("a date") if has_period(rule) else otherwise)
    return RuleLine(
        rule, forum_words(rule.forum), period, is_unverified(rule), is_off(rule), decided_words(rule), _is_behind(rule)
    )


def _shown(rule: Clock) -> dict[str, Any]:
    said = spoken_rule(rule)
    return {
        "rule": said,
        "line": _line(said),
        "off": off_words(rule),
        "kind": kind_words(said),
        "counting": counting_words(rule),
        "roll": roll_words(rule),
        "certainty": CERTAINTY_WORDS[rule.certainty],
        "takes_a_calendar": takes_a_calendar(rule),
    }


def _is_behind(rule: Clock) -> bool:
    return isinstance(rule, InstalledRule) and rule.is_behind


def _versions(changes: Sequence[queries.Change]) -> list[VersionLine]:
    """Newest first; the first version of all is held against the release over which it was laid."""
    standing = [*(None if one.version.what == Deed.RESTORED else one.version.body for one in changes), None]
    return [
        VersionLine(one, _in_words(differing(before or one.version.shipped, now or one.version.shipped)))
        for one, now, before in zip(changes, standing, standing[1:], strict=False)
    ]


def _in_words(changes: Iterable[Sequence[Any]]) -> list[tuple[str, str, str]]:
    """Fields and values as the form of a correction has them."""
    return [(str(FIELD_WORDS.get(name, name)), _value(before), _value(after)) for name, before, after in changes]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('amount')} {value.get('unit')}"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)


def _pathways(key: str) -> list[tuple[str, str, list[str], list[str]]]:
    """(label of the pathway, event that starts the clock there, labels of the statuses that start it and of those that
    end it), in the reader's language."""
    found = [(one, clock) for one in definitions().all() for clock in one.clocks if clock.key == key]
    return [
        (one.label, clock.trigger.event, _labels(one, clock.trigger.statuses), _labels(one, clock.trigger.ends_with))
        for one, clock in found
    ]


def _labels(definition: Definition, statuses: Iterable[str]) -> list[str]:
    return [definition.by_key[status].label for status in statuses]


def _examples(rule: Clock) -> Sequence[Outcome]:
    """The worked examples of the release, as the rule that holds here gives them; none where it gives no date."""
    if is_off(rule) or not (has_period(rule) or takes_a_period(rule)):
        return ()
    try:
        return try_examples({rule.key: rule}, examples_of(rule.key))
    except ValueError:
        return ()


def _tried(rule: Clock) -> Tried | None:
    trigger, calendar, period = (request.args.get(name, "").strip()[:20] for name in ("trigger", "calendar", "period"))
    if not trigger:
        return None
    try:
        found = answer(rule, trigger, calendar or None, period or None)
    except NoAnswer as problem:
        return Tried(trigger, calendar, period, problem=str(problem), about=problem.about)
    return Tried(trigger, calendar, period, found, in_words(found))
