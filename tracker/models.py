"""Every model, imported once, so that the metadata is whole. For migrations, tests and the app's start only."""

from __future__ import annotations

from tracker.access import models as access
from tracker.accounts import models as accounts
from tracker.approvals import models as approvals
from tracker.audit import models as audit
from tracker.cases import models as cases
from tracker.clocks import models as clocks
from tracker.contacts import models as contacts
from tracker.core import key_checks, volume
from tracker.core.database import Base
from tracker.documents import models as documents
from tracker.engagements import models as engagements
from tracker.feeds import models as feeds
from tracker.files import models as files
from tracker.followups import models as followups
from tracker.interchange import models as interchange
from tracker.limitation import models as limitation
from tracker.notes import models as notes
from tracker.openpgp import models as openpgp
from tracker.pathways import models as pathways
from tracker.periods import models as periods
from tracker.recommendations import models as recommendations
from tracker.reminders import models as reminders
from tracker.sittings import models as sittings

metadata = Base.metadata

__all__ = [
    "access",
    "accounts",
    "approvals",
    "audit",
    "cases",
    "clocks",
    "contacts",
    "documents",
    "engagements",
    "feeds",
    "files",
    "followups",
    "interchange",
    "key_checks",
    "limitation",
    "metadata",
    "notes",
    "openpgp",
    "pathways",
    "periods",
    "recommendations",
    "reminders",
    "sittings",
    "volume",
]
