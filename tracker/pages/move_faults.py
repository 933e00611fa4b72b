"""Everything that hinders a change of status, in one round: what is missing, where it can't stand, what is open."""

from __future__ import annotations

from tracker.cases.forms.entry import EntryForm
from tracker.cases.forms.fields import show_refusal
from tracker.cases.services import NewEntry
from tracker.cases.services.entries import place_of, split_at
from tracker.cases.services.moving import as_move, judged_kind, missing_faults, plan_move, refuse_broken
from tracker.core.errors import Invalid, NotLawful
from tracker.core.web import actor
from tracker.pages.move_targets import Chosen, Moving, option_of
from tracker.pages.move_work import OpenWorkShown, note_undecided


def note_everything(moving: Moving, pick: Chosen, form: EntryForm, work: OpenWorkShown | None = None) -> None:
    """Put every fault at its field. `work`: the open follow-ups about which a closing case needs a word, if it closes.

    A plan stops at the first thing that makes no sense; what that hides is looked up here.
    """
    entry = form.to_entry(pick.target, pick.kind)
    try:
        plan_move(actor(), moving.case, moving.membership, moving.standing, entry)
    except (Invalid, NotLawful) as problem:
        _show(form, problem)
    kind = pick.kind or option_of(moving, pick).kind
    if kind:
        show_refusal(form, Invalid(*missing_faults(moving.definition, moving.case, entry, kind)))
    _note_order(moving, form, entry)
    if work is not None:
        note_undecided(work)


def _note_order(moving: Moving, form: EntryForm, entry: NewEntry) -> None:
    """Whether it may stand where its date puts it; nothing while nobody can say where that is."""
    try:
        before, after = split_at(moving.standing, place_of(moving.standing, entry))
        kind = judged_kind(moving.definition, moving.case, before, after, entry)
        refuse_broken(moving.definition, moving.case, moving.standing, [*before, as_move(entry, kind), *after])
    except (Invalid, NotLawful) as problem:
        _show(form, problem)


def _show(form: EntryForm, problem: Invalid | NotLawful) -> None:
    if isinstance(problem, Invalid) or problem.message not in form.form_errors:
        show_refusal(form, problem)
