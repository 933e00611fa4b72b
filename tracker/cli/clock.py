"""``flask clock list|explain|check``: any rule computed from the shell. The rules are public: no database is read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.clocks.calendars import UnknownCalendar
from tracker.clocks.reckoning import NoPeriod, Reckoning, has_period, reckon
from tracker.clocks.rulebook import (
    EXAMPLES,
    Outcome,
    UnknownRule,
    find_rules,
    own_rules,
    read_examples,
    too_few_examples,
    try_examples,
)
from tracker.clocks.words import in_words
from tracker.core.dates import Precision, earliest_day, latest_day, precision_of
from tracker.pathways.schema import Clock

clock_group = click.Group("clock", help="Legal clocks: the rules, what they come to, and whether they still do.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout and nothing else.")


@clock_group.command("list")
@json_option
def list_rules(as_json: bool) -> None:
    """Every rule, one a line: key, period, certainty, label."""
    rules = own_rules().values()
    if as_json:
        _echo_json([rule.model_dump(mode="json") for rule in rules])
        return
    for rule in rules:
        period = f"{rule.amount} {rule.unit}" if rule.amount else "a date" if has_period(rule) else "no period"
        click.echo(f"{rule.key:28} {period:12} [{rule.certainty}]  {rule.label}")


@clock_group.command("explain")
@click.option("--rule", "key", required=True, help="The key of a rule: see `flask clock list`.")
@click.option("--trigger", required=True, metavar="YYYY-MM-DD", help="The day that starts the clock.")
@click.option("--calendar", metavar="CODE", help="Where a subdivision matters: CH-SG, DE-BW.")
@json_option
def explain(key: str, trigger: str, calendar: str | None, as_json: bool) -> None:
    """What a rule comes to, step by step. Exit status 1 when the trigger is vague or the rule has no period."""
    day = _day_of(trigger)
    try:
        found = [reckon(rule, day, calendar) for rule in find_rules(own_rules(), key)]
    except (NoPeriod, UnknownCalendar, UnknownRule) as error:
        raise click.ClickException(_words_of(error, key)) from error
    if as_json:
        _echo_json(_facts(found[0]) if len(found) == 1 else {"rule": key, "variants": [_facts(one) for one in found]})
        return
    for one in found:
        _echo_reckoning(one)


@clock_group.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_context
def check(context: click.Context, file: Path | None, as_json: bool) -> None:
    """Run every rule over its worked examples, or over those of FILE. Exit status 1 when one comes out otherwise."""
    try:
        examples = read_examples(file or EXAMPLES)
        outcomes = try_examples(own_rules(), examples)
    except (NoPeriod, UnknownCalendar, UnknownRule, TypeError, AttributeError, ValueError) as error:
        raise click.ClickException(f"The examples can't be run: {error}") from error
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    lacking = too_few_examples(own_rules(), examples) if file is None else ()
    if as_json:
        _echo_json({"examples": len(outcomes), "wrong": [_fault(one) for one in wrong], "too_few_examples": lacking})
    else:
        for outcome in wrong:
            click.echo(_fault(outcome))
        for rule in lacking:
            click.echo(f"{rule}: fewer than three examples")
        click.echo(f"{len(outcomes)} examples, {len(wrong)} wrong")
    if wrong or lacking:
        context.exit(1)


def _day_of(trigger: str) -> date:
    try:
        if precision_of(trigger) is Precision.DAY:
            return earliest_day(trigger)
        first, last = earliest_day(trigger), latest_day(trigger)
    except ValueError as error:
        raise click.ClickException(f"--trigger is {trigger!r}: {error}.") from error
    raise click.ClickException(
        f"The trigger is vague: {trigger} may be any day from {first} to {last}. A clock starts from one day: find it."
    )


def _words_of(error: Exception, key: str) -> str:
    if isinstance(error, NoPeriod):
        rule = find_rules(own_rules(), key)[0]
        return f"{key} has no period: no date may be computed. {error} Source: {rule.source} [{rule.certainty}]"
    return str(error.args[0])


def _echo_reckoning(found: Reckoning) -> None:
    rule = found.rule
    click.echo(f"{rule.key}: {rule.label}")
    click.echo(f"  due on {found.due_on}" + _also(found))
    for line in in_words(found):
        click.echo(f"  - {line}")
    click.echo(f"  Binds: {rule.binds}{'; opens a right' if rule.opens_right else ''}. Type: {rule.type}.")
    for note in (rule.extension and f"Extension: {rule.extension}", rule.note, found.calendar.note):
        if note:
            click.echo(f"  {note}")
    click.echo(f"  Source: {rule.source} [{rule.certainty}]")


def _also(found: Reckoning) -> str:
    filing = f", latest filing {found.latest_filing}" if found.latest_filing else ""
    return filing + (f", right opens {found.opens_on}" if found.opens_on else "")


def _facts(found: Reckoning) -> dict[str, Any]:
    rule: Clock = found.rule
    return {
        "rule": rule.key,
        "label": rule.label,
        "trigger": found.trigger_on.isoformat(),
        "trigger_event": rule.trigger.event,
        "due_on": found.due_on.isoformat(),
        "latest_filing": found.latest_filing and found.latest_filing.isoformat(),
        "opens_on": found.opens_on and found.opens_on.isoformat(),
        "ask_on": found.ask_on and found.ask_on.isoformat(),
        "steps": in_words(found),
        "calendar": found.calendar.code or None,
        "calendar_source": found.calendar.source or None,
        "calendar_note": found.calendar.note or None,
        "counting": rule.counting,
        "roll": rule.roll,
        "type": rule.type,
        "binds": rule.binds,
        "opens_right": rule.opens_right,
        "extension": rule.extension,
        "note": rule.note,
        "source": rule.source,
        "certainty": rule.certainty,
    }


def _fault(outcome: Outcome) -> str:
    example, found = outcome.example, outcome.found
    wanted = f"{example.due_on}" + (f", filing {example.latest_filing}" if example.latest_filing else "")
    got = f"{found.due_on}" + (f", filing {found.latest_filing}" if found.latest_filing else "")
    return f"{example.rule} from {example.trigger_on}: wanted {wanted}, got {got} ({example.source})"


def _echo_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
