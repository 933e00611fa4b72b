"""What happens to requests, for whoever carries them out."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.approvals.models import Approval
from tracker.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ApprovalAgreed:
    """The second person agreed; `asked_by` with the roles of this moment.

    Whoever carries it out notes that it is done.
    """

    approval: Approval
    asked_by: Actor
    agreed_by: Actor
