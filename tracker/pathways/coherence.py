"""What a schema cannot see: whether the parts of a definition agree with each other.

It reads plain data, not the models, so that a file with a misspelt key still gets told of its unreachable status.
Parts of the wrong shape are skipped here: the schema has named them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from tracker.pathways.graph import reach
from tracker.pathways.vocabulary import EVENT_FIELDS

Where = tuple[str | int, ...]
Finding = tuple[Where, str]
Rows = list[tuple[Where, dict[str, Any]]]

NAMED_LISTS = ("subtypes", "details", "flags", "statuses", "clocks")


def incoherences(data: Mapping[Any, Any]) -> Iterator[Finding]:
    """Every disagreement, with the path of the part that is wrong."""
    rows = _maps(data, ("statuses",), "statuses")
    for name in NAMED_LISTS:
        yield from _twice(_maps(data, (name,), name), f"{name}")
    yield from _ways(data, rows)
    for where, row in rows:
        yield from _row(where, row, rows)
    yield from _references(data, rows)
    for where, clock in _maps(data, ("clocks",), "clocks"):
        yield from _clock(where, clock, rows)
        for place, condition in _maps(clock, (*where, "applies"), "applies"):
            yield from _condition(place, condition, _known_facts(data, rows))


def _ways(data: Mapping[Any, Any], rows: Rows) -> Iterator[Finding]:
    known = _by_key(rows)
    initial = _strings(data.get("initial"))
    for number, key in enumerate(initial):
        if key not in known:
            yield ("initial", number), _unknown(key, known)
        elif known[key].get("phase") in ("paused", "closed"):
            yield ("initial", number), f"a case cannot begin in '{key}', which is {known[key]['phase']}"
    following = {key: [_text(move.get("to")) for _, move in _moves((), row)] for key, row in known.items()}
    entered = {target for key, targets in following.items() for target in targets if target != key}
    found = reach(following, initial) | set(initial)
    for where, row in rows:
        key = _text(row.get("key"))
        if key in found or key not in known:
            continue
        if key not in entered:
            yield where, f"no way in: '{key}' is neither initial nor the next of any status"
        else:
            yield (
                where,
                f"'{key}' cannot be reached from {', '.join(initial) or 'anywhere: there is no initial status'}",
            )


def _row(where: Where, row: dict[str, Any], rows: Rows) -> Iterator[Finding]:
    key, phase = _text(row.get("key")), row.get("phase")
    yield from _twice(_maps(row, (*where, "facts"), "facts"), f"facts of '{key}'")
    yield from _twice(_maps(row, (*where, "follow_ups"), "follow_ups"), f"follow-ups of '{key}'")
    moves = _moves(where, row)
    if phase != "closed" and isinstance(phase, str) and not moves:
        yield where, f"no way out: '{key}' is {phase}, and only a closed status may be the last"
    if row.get("keeps_period") is True and phase == "closed":
        yield (*where, "keeps_period"), f"nothing goes on in a closed status, and '{key}' is one"
    if row.get("living") is True and phase != "closed":
        yield (*where, "living"), f"only a closed status can be called living; '{key}' is {phase}"
    seen: set[str] = set()
    for place, move in moves:
        target = _text(move.get("to"))
        if target in seen:
            yield (*place, "to"), f"'{key}' leads to '{target}' twice"
        seen.add(target)
        yield from _move(place, move, key, rows)
    for place, fact in _maps(row, (*where, "facts"), "facts"):
        if (fact.get("type") == "per_state") != ("value_type" in fact):
            yield (*place, "type"), "a fact per state, and no other, says the value_type of its values"
    for place, template in _maps(row, (*where, "follow_ups"), "follow_ups"):
        yield from _follow_up(place, template, row)


def _move(where: Where, move: dict[str, Any], key: str, rows: Rows) -> Iterator[Finding]:
    known = _by_key(rows)
    target = _text(move.get("to"))
    if target not in known:
        if target:
            yield (*where, "to"), _unknown(target, known)
        return
    order = [_text(row.get("key")) for _, row in rows]
    earlier = order.index(target) < order.index(key) if key in order else False
    fitting = fitting_kinds(known.get(key, {}), known[target], earlier=earlier)
    said = [("kind", move.get("kind")), *(("also", kind) for kind in _strings(move.get("also")))]
    for name, kind in said:
        if isinstance(kind, str) and fitting and kind not in fitting:
            yield (
                (*where, name),
                f"'{key}' ({known.get(key, {}).get('phase')}) to '{target}' ({known[target].get('phase')}) "
                f"cannot be of kind '{kind}'; it is {' or '.join(fitting)}",
            )


def fitting_kinds(source: Mapping[str, Any], target: Mapping[str, Any], *, earlier: bool) -> tuple[str, ...]:
    """The kinds that the phases of a pair allow (section 0.3 of the domain reference); ``earlier``: the row above."""
    leaving, entering = source.get("phase"), target.get("phase")
    living = source.get("living") is True or target.get("living") is True
    by_phase = [
        ("suspend", entering == "paused"),
        ("resume", leaving == "paused"),
        ("close", entering == "closed"),
        ("reopen", leaving == "closed" and entering != "closed"),
    ]
    kinds = [kind for kind, fits in by_phase if fits]
    if living and "closed" in (leaving, entering):
        kinds.append("forward")
    if not kinds:
        kinds.append("forward")
    if earlier and leaving != "paused":
        kinds.append("back")
    return tuple(kinds)


def _follow_up(where: Where, template: dict[str, Any], row: dict[str, Any]) -> Iterator[Finding]:
    dated = "offset_days" in template or "offset_months" in template
    ways = [dated, "every_days" in template, template.get("by_hand") is True]
    if sum(ways) != 1:
        yield where, "a follow-up has a day (offset_days, offset_months), a rhythm (every_days) or by_hand: one of them"
    if template.get("by_hand") is True and "title" not in template:
        yield where, "a follow-up offered by hand needs a title"
    anchor = template.get("anchor")
    facts = [_text(fact.get("key")) for _, fact in _maps(row, (), "facts")]
    if isinstance(anchor, str) and anchor not in (*facts, *EVENT_FIELDS):
        yield (*where, "anchor"), f"'{anchor}' is neither a fact of this status nor a date of an event"
    sitting = template.get("sitting")
    sittings = [_text(fact.get("key")) for _, fact in _maps(row, (), "facts") if "sitting" in fact]
    if isinstance(sitting, str) and sitting not in sittings:
        yield (*where, "sitting"), f"'{sitting}' is no fact of this status that names a sitting"
    if isinstance(sitting, str) and anchor is None:
        yield (*where, "sitting"), "a sitting stands in for the day of an anchor, and there is none"


def _references(data: Mapping[Any, Any], rows: Rows) -> Iterator[Finding]:
    known = _by_key(rows)
    subtypes = _keys(_maps(data, ("subtypes",), "subtypes"))
    details = _keys(_maps(data, ("details",), "details"))
    for where, subtype in _maps(data, ("subtypes",), "subtypes"):
        for number, key in enumerate(_strings(subtype.get("statuses"))):
            if key not in known:
                yield (*where, "statuses", number), _unknown(key, known)
    default = data.get("default_subtype")
    if isinstance(default, str) and default not in subtypes:
        yield ("default_subtype",), f"'{default}' is no subtype{_did_you_mean(default, subtypes)}"
    for where, detail in _maps(data, ("details",), "details"):
        for number, key in enumerate(_strings(detail.get("subtypes"))):
            if key not in subtypes:
                yield (*where, "subtypes", number), f"'{key}' is no subtype{_did_you_mean(key, subtypes)}"
    for where, prohibition in _maps(data, ("prohibitions",), "prohibitions"):
        yield from _prohibition(where, prohibition, known, details)


def _prohibition(
    where: Where, prohibition: dict[str, Any], known: Mapping[str, Any], details: Iterable[str]
) -> Iterator[Finding]:
    status, detail, pattern = (_text(prohibition.get(name)) for name in ("status", "detail", "pattern"))
    if status and status not in known:
        yield (*where, "status"), _unknown(status, known)
    if detail and detail not in details:
        yield (*where, "detail"), f"'{detail}' is not among the details{_did_you_mean(detail, details)}"
    yield from _pattern(where, pattern)


def _condition(where: Where, condition: dict[str, Any], known: Iterable[str]) -> Iterator[Finding]:
    detail = _text(condition.get("detail"))
    if detail and detail not in known:
        yield (*where, "detail"), f"'{detail}' is neither a detail nor a fact{_did_you_mean(detail, known)}"
    yield from _pattern(where, _text(condition.get("pattern")))


def _known_facts(data: Mapping[Any, Any], rows: Rows) -> list[str]:
    facts = [key for _, row in rows for key in _keys(_maps(row, (), "facts"))]
    return [*_keys(_maps(data, ("details",), "details")), *facts]


def _pattern(where: Where, pattern: str) -> Iterator[Finding]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield (*where, "pattern"), f"not a regular expression: {error}"


def clock_incoherences(clock: dict[str, Any], where: Where = ()) -> Iterator[Finding]:
    """What disagrees within one rule, whatever pathway it stands in."""
    amount, unit, kind = clock.get("amount"), clock.get("unit"), clock.get("type")
    if (amount is None) != (unit is None):
        yield where, "an amount needs a unit, and a unit an amount"
    if kind == "none" and amount is not None:
        yield (*where, "amount"), "a clock of type 'none' has no period: no amount may be given"
    if kind in ("statutory", "institutional", "internal") and amount is None and clock.get("counting") is None:
        yield (
            where,
            f"a clock of type '{kind}' needs an amount, or a counting where an act names it; else its type is none",
        )
    if amount is not None and clock.get("counting") is None:
        yield where, "a period needs its way of counting"


def _clock(where: Where, clock: dict[str, Any], rows: Rows) -> Iterator[Finding]:
    yield from clock_incoherences(clock, where)
    known = _by_key(rows)
    said = clock.get("trigger")
    trigger: dict[str, Any] = said if isinstance(said, dict) else {}
    statuses = _strings(trigger.get("statuses"))
    for name in ("statuses", "ends_with"):
        for number, key in enumerate(_strings(trigger.get(name))):
            if key not in known:
                yield (*where, "trigger", name, number), _unknown(key, known)
    fact = trigger.get("fact")
    carriers = [known[key] for key in statuses if key in known] if statuses else list(known.values())
    facts = {_text(item.get("key")) for row in carriers for _, item in _maps(row, (), "facts")}
    if isinstance(fact, str) and fact not in facts and fact not in EVENT_FIELDS:
        yield (*where, "trigger", "fact"), f"'{fact}' is no fact of the statuses that start this clock"


def _twice(rows: Rows, what: str) -> Iterator[Finding]:
    counted: Counter[str] = Counter()
    for where, row in rows:
        key = _text(row.get("key"))
        counted[key] += 1
        if key and counted[key] > 1:
            yield (*where, "key"), f"'{key}' stands twice among the {what}"


def _maps(data: Mapping[Any, Any], where: Where, name: str) -> Rows:
    value = data.get(name)
    items = value if isinstance(value, list) else []
    return [((*where, number), item) for number, item in enumerate(items) if isinstance(item, dict)]


def _moves(where: Where, row: dict[str, Any]) -> Rows:
    return _maps(row, (*where, "next"), "next")


def _by_key(rows: Rows) -> dict[str, dict[str, Any]]:
    return {_text(row.get("key")): row for _, row in reversed(rows) if _text(row.get("key"))}


def _keys(rows: Rows) -> list[str]:
    return [_text(row.get("key")) for _, row in rows]


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unknown(key: str, known: Iterable[str]) -> str:
    return f"'{key}' is no status of this pathway{_did_you_mean(key, known)}"


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, [key for key in known if key], n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""
