"""Errors of the domain. Views and commands turn them into pages and exit codes; none carries personal data."""

from __future__ import annotations

from dataclasses import dataclass


class TrackerError(Exception):
    """The common ancestor: `message` may be shown to the person who acted."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotVisible(TrackerError):
    """The thing does not exist, or the actor may not see it: the two can't be told apart (404)."""


class NotPermitted(TrackerError):
    """The actor sees the thing but may not do this (403)."""


class NotLawful(TrackerError):
    """The pathway forbids this; `lawful` names the status keys that would be allowed."""

    def __init__(self, message: str, lawful: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lawful = lawful


class Conflict(TrackerError):
    """Somebody else changed it in between (409); `current_version` is the version that now stands."""

    def __init__(self, message: str, current_version: int | None = None) -> None:
        super().__init__(message)
        self.current_version = current_version


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what somebody entered: where, and how to put it right."""

    path: str
    message: str


class Invalid(TrackerError):
    """What was entered can't be taken; `faults` lists every reason."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(
            "; ".join(f"{fault.path}: {fault.message}" if fault.path else fault.message for fault in faults)
        )
        self.faults = faults


class NotConfigured(TrackerError):
    """The installation can't work as it is set up; the message says how to mend it."""
