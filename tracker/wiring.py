"""Who listens to which event of the domain: one dictionary, readable at a glance.

Handlers run at once, in the transaction of the change that announced the event.
"""

from __future__ import annotations

from tracker.accounts.happened import (
    AddressChanged,
    AdministratorWanted,
    FactorsChanged,
    FactorsLinkMade,
    LeadsToHandOver,
    LostFactorsReported,
    OwnRolesWanted,
    PersonChanged,
    RecoveryCodeUsed,
    WaysInReplaced,
)
from tracker.approvals.carrying_out import (
    ask_for_administrator,
    ask_for_factors,
    ask_for_hand_over,
    ask_for_own_roles,
    break_glass,
    erase,
    hand_over_rest,
    make_administrator,
)
from tracker.approvals.happened import ApprovalAgreed
from tracker.cases.happened import (
    CaseCloses,
    CaseDetailsEdited,
    CaseEventRecorded,
    CaseEventVoided,
    CaseLevelChanged,
    MembershipChanged,
    SubjectLeaves,
)
from tracker.cases.services.unsealing import unseal_when_agreed
from tracker.clocks.services import change_rule_when_agreed
from tracker.core.events import Handlers
from tracker.documents.services import destroy_when_agreed
from tracker.feeds.services import withdraw_of_leaver, withdraw_with_ways_in
from tracker.files.pictures import forget_face_of_leaver
from tracker.followups.clocks import follow_corrected_clock, follow_edited_details, note_stopped_clocks
from tracker.followups.closing import refuse_open_work
from tracker.followups.happened import DaysReckonedAnew, FollowUpChanged, FollowUpsMade
from tracker.followups.projection import keep_next_due, keep_next_due_at_level, keep_next_due_of_new
from tracker.followups.timelines import follow_corrected_entry
from tracker.levels.services import unseal_when_agreed as unseal_part_when_agreed
from tracker.limitation.accused import refuse_while_named
from tracker.reminders.delivery.notice import (
    tell_former_address,
    tell_of_factors,
    tell_of_factors_link,
    tell_of_recovery,
)
from tracker.reminders.planning.asking import (
    replan_after_change,
    replan_level,
    replan_member,
    tell_of_rule,
    tell_watchers,
)
from tracker.reminders.planning.sweeping import plan_follow_up, plan_new_follow_ups

HANDLERS: Handlers = {
    AddressChanged: (tell_former_address,),
    AdministratorWanted: (ask_for_administrator,),
    ApprovalAgreed: (
        unseal_when_agreed,
        unseal_part_when_agreed,
        make_administrator,
        break_glass,
        destroy_when_agreed,
        erase,
        hand_over_rest,
        change_rule_when_agreed,
    ),
    CaseCloses: (refuse_open_work,),
    CaseEventRecorded: (follow_corrected_entry, follow_corrected_clock, tell_watchers),
    CaseEventVoided: (note_stopped_clocks,),
    CaseDetailsEdited: (follow_edited_details,),
    CaseLevelChanged: (keep_next_due_at_level, replan_level),
    DaysReckonedAnew: (tell_of_rule,),
    FactorsChanged: (tell_of_factors,),
    FactorsLinkMade: (tell_of_factors_link,),
    FollowUpChanged: (keep_next_due, plan_follow_up),
    FollowUpsMade: (keep_next_due_of_new, plan_new_follow_ups),
    LeadsToHandOver: (ask_for_hand_over,),
    LostFactorsReported: (ask_for_factors,),
    MembershipChanged: (replan_member,),
    OwnRolesWanted: (ask_for_own_roles,),
    PersonChanged: (replan_after_change, forget_face_of_leaver, withdraw_of_leaver),
    RecoveryCodeUsed: (tell_of_recovery,),
    SubjectLeaves: (refuse_while_named,),
    WaysInReplaced: (withdraw_with_ways_in,),
}
