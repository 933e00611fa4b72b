"""Who listens to which event of the domain: one dictionary, readable at a glance.

Handlers run at once, in the transaction of the change that announced the event.
"""

from __future__ import annotations

from tracker.accounts.happened import PersonChanged
from tracker.cases.happened import CaseLevelChanged, MembershipChanged
from tracker.core.events import Handlers
from tracker.followups.happened import FollowUpChanged
from tracker.followups.projection import keep_next_due, keep_next_due_at_level
from tracker.reminders.planning import plan_follow_up, replan_after_change, replan_member

HANDLERS: Handlers = {
    CaseLevelChanged: (keep_next_due_at_level,),
    FollowUpChanged: (keep_next_due, plan_follow_up),
    MembershipChanged: (replan_member,),
    PersonChanged: (replan_after_change,),
}
