"""What a person may make of a rule, judged as strictly as the files are: schema, coherence, calendars, days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.clocks.calendars import UnknownCalendar, calendar_of, stands_still
from tracker.clocks.installed import OF_A_RULE
from tracker.clocks.reckoning import NotAPeriod, has_period, reckon, step_of
from tracker.core.errors import Fault, Invalid
from tracker.pathways.check import check_clock
from tracker.pathways.schema import Clock

STEPS = ("ask_before", "extended_by")
SEVERAL_STEPS = ("before", "then")
TRIED_ON = (date(2024, 2, 29), date(2026, 8, 31), date(2026, 12, 24), date(2027, 1, 31), date(2100, 2, 28))
"""Days that a rule must be able to start from."""


def corrected(rule: Clock, said: Mapping[str, Any]) -> Clock:
    """`rule` with what was `said` of its fields; periods are texts, such as `14 days`, several of them with a comma.

    Raises Invalid with every fault, by the name of the field.
    """
    faults: list[Fault] = []
    values = {name: _read(name, value, faults) for name, value in said.items()}
    plain = Clock.model_validate({name: getattr(rule, name) for name in Clock.model_fields})
    data = {**plain.model_dump(mode="json"), **values}
    faults += [*_incoherent(data), *_unknown(data)]
    if faults:
        raise Invalid(*faults)
    made, found = check_clock(data)
    if made is None:
        raise Invalid(*(Fault(name if name in OF_A_RULE else "", words) for name, words in found))
    faults += _not_reckonable(made)
    if faults:
        raise Invalid(*faults)
    return made


def as_text(rule: Clock, name: str) -> str:
    """A period of the rule as `corrected` reads it."""
    value = getattr(rule, name)
    steps = value if isinstance(value, tuple) else (value,) if value is not None else ()
    return ", ".join(f"{step.amount} {step.unit}" for step in steps)


def _read(name: str, value: Any, faults: list[Fault]) -> Any:
    if name in STEPS or name in SEVERAL_STEPS:
        steps = _steps(name, str(value or ""), faults)
        return steps if name in SEVERAL_STEPS else (steps[0] if steps else None)
    if name == "fixed_days":
        return _days(str(value or ""), faults)
    return value.strip() or None if isinstance(value, str) else value


def _steps(name: str, text: str, faults: list[Fault]) -> list[dict[str, Any]]:
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > 1 and name in STEPS:
        faults.append(Fault(name, _("One period only: write 10 days, 2 weeks or 1 month.")))
    found: list[dict[str, Any]] = []
    for part in parts:
        try:
            found.append(step_of(part).model_dump(mode="json"))
        except NotAPeriod:
            words = _("“%(text)s” is no period: write 10 days, 2 weeks or 1 month.", text=part.strip()[:40])
            faults.append(Fault(name, words))
    return found


def _days(text: str, faults: list[Fault]) -> list[str]:
    days = [day.strip() for day in text.split(",") if day.strip()]
    for day in days:
        try:
            date.fromisoformat(f"2023-{day}")
        except ValueError:
            faults.append(Fault("fixed_days", _("“%(day)s” is no day of every year: write 02-28.", day=day[:40])))
    return days


def _incoherent(data: Mapping[str, Any]) -> Iterator[Fault]:
    """In the reader's words what the coherence of the files says, too."""
    amount, unit, counting = data["amount"], data["unit"], data["counting"]
    if amount is not None and unit is None:
        yield Fault("unit", _("An amount needs its unit."))
    if unit is not None and amount is None:
        yield Fault("amount", _("A unit needs its amount."))
    if data["type"] == "none" and amount is not None:
        yield Fault(
            "type", _("Where the law sets no period there is no amount: take the amount out, or choose another kind.")
        )
    if data["type"] != "none" and amount is None and counting is None:
        yield Fault("amount", _("Give the period; or say that the law sets none, by the kind."))
    if amount is not None and counting is None:
        yield Fault("counting", _("Say how the period is counted."))
    if data["roll"] not in (None, "R0") and data["calendar_code"] is None:
        yield Fault("calendar_code", _("Say whose holidays count: the last day depends on them."))
    if not data["source"]:
        yield Fault("source", _("No rule without its source."))


def _unknown(data: Mapping[str, Any]) -> Iterator[Fault]:
    """A code that nobody knows."""
    try:
        calendar_of(data["calendar_code"])
    except UnknownCalendar:
        yield Fault("calendar_code", _("There is no calendar “%(code)s”.", code=data["calendar_code"]))
    try:
        if data["standstill"] is not None:
            stands_still(data["standstill"], TRIED_ON[0])
    except UnknownCalendar:
        yield Fault("standstill", _("There is no standstill “%(code)s”.", code=data["standstill"]))


def _not_reckonable(rule: Clock) -> Iterator[Fault]:
    """A period that leads out of all calendars."""
    try:
        if has_period(rule):
            for start in TRIED_ON:
                reckon(rule, start)
    except (OverflowError, ValueError):
        yield Fault("amount", _("So long a period leads out of every calendar."))
