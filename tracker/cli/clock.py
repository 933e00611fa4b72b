"""``flask clock list|explain|check``: any rule computed from the shell, as it ships or (`--installed`) holds here."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from tracker.cli.acting import acting
from tracker.clocks.asking import NoAnswer, PeriodWanted, answer, day_of
from tracker.clocks.calendars import UnknownCalendar
from tracker.clocks.house import house_rules
from tracker.clocks.installed import InstalledRule
from tracker.clocks.queries import installed_rules
from tracker.clocks.reckoning import NoPeriod, Reckoning, has_period
from tracker.clocks.rulebook import (
    EXAMPLES,
    Outcome,
    UnknownRule,
    find_rules,
    longer_keys,
    own_rules,
    read_examples,
    too_few_examples,
    try_examples,
)
from tracker.clocks.words import CERTAINTY_WORDS, calendar_words, decided_words, in_words, kind_words
from tracker.core.languages import available_languages, use_wishes
from tracker.pathways.schema import Clock
from tracker.pathways.spoken import spoken_rule

clock_group = AppGroup("clock", help="Legal clocks: the rules, what they come to, and whether they still do.")
language_option = click.option("--language", metavar="KEY", help="en, be, …: the language of the words; English else.")
installed_option = click.option(
    "--installed/--shipped",
    "is_installed",
    default=False,
    help="The rules as they hold in this installation, or (the default) as this release ships them.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


@clock_group.command("list")
@installed_option
@json_option
def list_rules(is_installed: bool, as_json: bool) -> None:
    """Every rule, one a line: key, period, certainty, label; what two persons decided about it here."""
    rules = _rules(is_installed=is_installed).values()
    if as_json:
        _echo_json([{**_rule_facts(rule), **_standing(rule)} for rule in rules])
        return
    for rule in rules:
        period = f"{rule.amount} {rule.unit}" if rule.amount else "a date" if has_period(rule) else "no period"
        decided = f"  ({decided_words(rule)})" if decided_words(rule) else ""
        click.echo(f"{rule.key:28} {period:12} [{rule.certainty}]  {rule.label}{decided}")


@clock_group.command("explain")
@click.option("--rule", "key", required=True, help="The key of a rule: see `flask clock list`.")
@click.option("--trigger", required=True, metavar="YYYY-MM-DD", help="The day that starts the clock.")
@click.option("--calendar", metavar="CODE", help="Where a subdivision matters: CH-SG, DE-BW.")
@click.option("--period", metavar="'10 days'", help="Where the act itself names the period: eu_reg_1182_71_3.")
@installed_option
@language_option
@json_option
def explain(
    key: str,
    trigger: str,
    calendar: str | None,
    period: str | None,
    is_installed: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """What a rule comes to, step by step. Exit status 1 when the trigger is vague or the rule has no period."""
    _speak(language)
    rules = _rules(is_installed=is_installed)
    try:
        day_of(trigger)
        found = [answer(rule, trigger, calendar, period) for rule in find_rules(rules, key)]
    except PeriodWanted as error:
        raise click.ClickException(f"{error} " + _("Add it: %(option)s", option="--period '10 days'")) from error
    except (NoAnswer, UnknownRule) as error:
        raise click.ClickException(str(error.args[0])) from error
    others = {one.rule.key: longer_keys(rules, one.rule.key) for one in found}
    if as_json:
        facts = [_facts(one, others[one.rule.key]) for one in found]
        _echo_json(facts[0] if len(facts) == 1 else {"rule": key, "variants": facts})
        return
    for one in found:
        _echo_reckoning(one, others[one.rule.key])


@clock_group.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@language_option
@json_option
@click.pass_context
def check(context: click.Context, file: Path | None, language: str | None, as_json: bool) -> None:
    """Run every rule over its worked examples, or over those of FILE. Exit status 1 when one comes out otherwise."""
    _speak(language)
    try:
        examples = read_examples(file or EXAMPLES)
        outcomes = try_examples(own_rules(), examples)
    except (NoPeriod, UnknownCalendar, UnknownRule, TypeError, AttributeError, ValueError) as error:
        raise click.ClickException(_("The examples can't be run: %(why)s", why=error)) from error
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    lacking = too_few_examples(own_rules(), examples) if file is None else ()
    if as_json:
        _echo_json({"examples": len(outcomes), "wrong": [_fault(one) for one in wrong], "too_few_examples": lacking})
    else:
        for outcome in wrong:
            click.echo(_fault(outcome))
        for rule in lacking:
            click.echo(_("%(rule)s: fewer than three examples", rule=rule))
        click.echo(_("%(number)s examples, %(wrong)s wrong", number=len(outcomes), wrong=len(wrong)))
    if wrong or lacking:
        context.exit(1)


def _speak(language: str | None) -> None:
    if language is None:
        return
    if language not in available_languages():
        known = ", ".join(available_languages())
        raise click.BadParameter(f"{language!r} is none of {known}.", param_hint="--language")
    use_wishes(language, "UTC")


def _rules(*, is_installed: bool) -> dict[str, Clock]:
    """Those that ship; else as they hold in this installation, by the database."""
    if not is_installed:
        return own_rules()
    with acting() as (session, _actor):
        return dict(sorted({**house_rules(), **installed_rules(session)}.items()))


def _echo_reckoning(found: Reckoning, others: tuple[str, ...]) -> None:
    rule = spoken_rule(found.rule)
    click.echo(f"{rule.key}: {rule.label}")
    click.echo("  " + _("due on %(day)s", day=found.due_on) + _also(found))
    for line in in_words(found):
        click.echo(f"  - {line}")
    click.echo(f"  {kind_words(rule)}.")
    if rule.only_if:
        click.echo("  " + _("Only if: %(what)s", what=rule.only_if))
    extension = rule.extension and _("Extension: %(words)s", words=rule.extension)
    for note in (extension, rule.note, *calendar_words(found)):
        if note:
            click.echo(f"  {note}")
    if others:
        click.echo("  " + _("See also: %(rules)s", rules=", ".join(others)))
    click.echo("  " + _("Source: %(source)s [%(certainty)s: %(words)s]", **_source(rule)))
    if said := decided_words(found.rule):
        click.echo(f"  {said}")


def _source(rule: Clock) -> dict[str, str]:
    return {"source": rule.source, "certainty": rule.certainty, "words": str(CERTAINTY_WORDS[rule.certainty])}


def _also(found: Reckoning) -> str:
    said = [
        found.latest_filing and _("latest filing %(day)s", day=found.latest_filing),
        found.opens_on and _("right opens %(day)s", day=found.opens_on),
    ]
    return "".join(f", {words}" for words in said if words)


def _facts(found: Reckoning, others: tuple[str, ...]) -> dict[str, Any]:
    rule = spoken_rule(found.rule)
    return {
        "rule": rule.key,
        "label": rule.label,
        "trigger": found.trigger_on.isoformat(),
        "trigger_event": rule.trigger.event,
        "due_on": found.due_on.isoformat(),
        "latest_filing": found.latest_filing and found.latest_filing.isoformat(),
        "opens_on": found.opens_on and found.opens_on.isoformat(),
        "ask_on": found.ask_on and found.ask_on.isoformat(),
        "extended_to": found.extended_to and found.extended_to.isoformat(),
        "steps": in_words(found),
        "calendar": found.calendar.code or None,
        "calendar_source": found.calendar.source or None,
        "calendar_note": (str(found.calendar.note) or None) if found.goes_by_holidays else None,
        "counting": rule.counting,
        "roll": rule.roll,
        "type": rule.type,
        "binds": rule.binds,
        "opens_right": rule.opens_right,
        "only_if": rule.only_if,
        "extension": rule.extension,
        "note": rule.note,
        "source": rule.source,
        "certainty": rule.certainty,
        "verified": rule.certainty == "V",
        "see_also": list(others),
        **_standing(found.rule),
    }


def _rule_facts(rule: Clock) -> dict[str, Any]:
    return rule.model_dump(mode="json", include=set(Clock.model_fields))


def _standing(rule: Clock) -> dict[str, Any]:
    """What two persons decided about it in this installation; nothing for a rule as it ships."""
    if not isinstance(rule, InstalledRule):
        return {"installed_version": None}
    said = rule.decided
    return {
        "installed_version": said.number,
        "decided": said.what,
        "decided_at": said.at.isoformat(),
        "decided_by": [name for name in (said.asked_by, said.agreed_by) if name],
        "release_says_otherwise": rule.is_behind,
    }


def _fault(outcome: Outcome) -> str:
    example, found = outcome.example, outcome.found
    return str(
        _(
            "%(rule)s from %(trigger)s: wanted %(wanted)s, got %(got)s (%(source)s)",
            rule=example.rule,
            trigger=example.trigger_on,
            wanted=_days(example.due_on, example.latest_filing),
            got=_days(found.due_on, found.latest_filing),
            source=example.source,
        )
    )


def _days(due_on: date, latest_filing: date | None) -> str:
    return f"{due_on}" + (f" / {latest_filing}" if latest_filing else "")


def _echo_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
