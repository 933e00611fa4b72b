"""Why a move is refused: kept in keys, said in labels to whoever looks, in keys to whoever wrote a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.pathways.schema import Definition
from tracker.pathways.spoken import spoken
from tracker.pathways.vocabulary import SAID_KINDS
from tracker.pathways.words import KIND_WORDS, PHASE_WORDS


class Voice(Protocol):
    """How the things of a definition are named in a sentence, quotation marks included where they need them."""

    @property
    def definition(self) -> Definition: ...
    def status(self, key: str) -> str: ...
    def kind(self, key: str) -> str: ...
    def phase(self, key: str) -> str: ...
    def subtype(self, key: str) -> str: ...
    def pathway(self) -> str: ...
    def row(self, keys: Iterable[str]) -> str: ...


@dataclass(frozen=True)
class InLabels:
    """For a page: as the definition labels them."""

    definition: Definition

    def status(self, key: str) -> str:
        row = self.definition.by_key.get(key)
        return _quoted(row.label if row is not None else key)

    def kind(self, key: str) -> str:
        return _quoted(KIND_WORDS.get(key, key))

    def phase(self, key: str) -> str:
        return _quoted(PHASE_WORDS.get(key, key))

    def subtype(self, key: str) -> str:
        return _quoted(next((one.label for one in self.definition.subtypes if one.key == key), key))

    def pathway(self) -> str:
        return _quoted(self.definition.label)

    def row(self, keys: Iterable[str]) -> str:
        return ", ".join(self.status(key) for key in keys)


@dataclass(frozen=True)
class InKeys:
    """For a file, whose author writes keys."""

    definition: Definition

    def status(self, key: str) -> str:
        return f"'{key}'"

    kind = phase = subtype = status

    def pathway(self) -> str:
        return self.definition.key

    def row(self, keys: Iterable[str]) -> str:
        return ", ".join(keys)


@dataclass(frozen=True)
class Refusal:
    """What was asked and what stands against it, all in keys.

    `code` is unknown_status, unknown_kind, forbidden, other_subtype, not_initial, not_listed, not_reachable or
    wrong_kind.
    """

    code: str
    definition: Definition = field(repr=False)
    target: str
    status: str | None = None
    """Where the case stands; None before its first status."""
    kind: str | None = None
    right_kind: str | None = None
    subtype: str = ""
    owners: tuple[str, ...] = ()
    """The subtypes to which `target` belongs, where the case is of another, which is `subtype`."""
    prohibition: int | None = None
    """Which prohibition of the definition rules `target` out."""
    lawful_next: tuple[str, ...] = ()

    def in_words(self) -> str:
        """For whoever looks, in their language."""
        return self.said_by(InLabels(spoken(self.definition)))

    def in_keys(self) -> str:
        """For the author of a file."""
        return self.said_by(InKeys(self.definition))

    def said_by(self, voice: Voice) -> str:
        why = self.why(voice)
        return f"{why} {_lawful_next(voice, self.lawful_next)}" if self.code in _WITH_WHAT_WOULD_BE_LAWFUL else why

    def why(self, voice: Voice) -> str:
        """Without what would be lawful instead."""
        if self.code == "unknown_status":
            return _unknown_status(voice, self.target)
        if self.prohibition is not None:
            message = voice.definition.prohibitions[self.prohibition].message
            return message.replace(f"'{self.target}'", voice.status(self.target))  # as definitions quote it
        return str(SENTENCES[self.sentence]) % self._named(voice)

    @property
    def sentence(self) -> str:
        return "wrong_first_kind" if self.code == "wrong_kind" and self.right_kind is None else self.code

    def _named(self, voice: Voice) -> Mapping[str, str]:
        row = self.definition.by_key.get(self.target)
        return {
            "status": voice.status(self.status or ""),
            "target": voice.status(self.target),
            "kind": voice.kind(self.kind or ""),
            "right": voice.kind(self.right_kind or ""),
            "kinds": ", ".join(voice.kind(kind) for kind in SAID_KINDS),
            "phase": voice.phase(row.phase if row is not None else ""),
            "pathway": voice.pathway(),
            "initial": ", ".join(voice.status(key) for key in self.definition.initial),
            "owners": ", ".join(voice.subtype(key) for key in self.owners),
            "subtype": voice.subtype(self.subtype),
        }


SENTENCES = {
    "unknown_kind": _l("%(kind)s is no kind of move. Kinds: %(kinds)s."),
    "other_subtype": _l("%(target)s belongs to the subtype %(owners)s, and this case is of the subtype %(subtype)s."),
    "not_initial": _l("A case of %(pathway)s begins with %(initial)s, not with %(target)s."),
    "not_listed": _l("%(status)s does not lead to %(target)s."),
    "not_reachable": _l("No way in the table leads from %(status)s to %(target)s, so a jump may not either."),
    "wrong_kind": _l("From %(status)s to %(target)s is a move of the kind %(right)s, not %(kind)s."),
    "wrong_first_kind": _l(
        "%(target)s is a status of the phase %(phase)s: a move of the kind %(kind)s does not lead there."
    ),
}
_WITH_WHAT_WOULD_BE_LAWFUL = frozenset({"forbidden", "other_subtype", "not_listed", "not_reachable"})


def _quoted(label: object) -> str:
    return str(_("“%(label)s”", label=label))


def _unknown_status(voice: Voice, target: str) -> str:
    near = get_close_matches(target, voice.definition.by_key, n=1)
    parts = [
        _("%(target)s is no status of %(pathway)s.", target=voice.status(target), pathway=voice.pathway()),
        _("Did you mean %(near)s?", near=voice.status(near[0])) if near else "",
        _("Statuses: %(statuses)s.", statuses=voice.row(voice.definition.by_key)),
    ]
    return " ".join(part for part in parts if part)


def _lawful_next(voice: Voice, keys: tuple[str, ...]) -> str:
    if not keys:
        return str(_("It leads nowhere: the case has ended."))
    return str(_("Lawful next: %(statuses)s.", statuses=voice.row(keys)))
