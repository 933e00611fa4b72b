"""What each route asks for, thought out from product/access.md: the table itself, one word a route.

anyone, person (signed in), readers, staff, workers, administrators: by role alone. The words of MATRIX: on a case, by
role on public and internal, by membership on every level. `own`: there is nothing of the visitor's there; `open`: the
doors of strangers, which tests of their own look at (tests/integration/accounts).
`lead`: the sample's author or recipient alone, refused to others who see the case; `theirs`: hidden from those too.
The other words are explained where they are judged (expected.py).
After the word stands whom it asks once more who is there, in a session that is old: `fresh`, whoever is let in;
`fresh-sealed`, that on a sealed case; `fresh-closed`, that on a restricted one too; `fresh-members`, whoever gets
something out of a case for members only; `first`, everybody, before it looks for anything; `first-administrators`,
those.
A new route gets its line here; copying what the program answers proves nothing.
"""

from __future__ import annotations

AREAS = {
    "readers": {"legal_officer", "coordinator", "head", "outside_counsel"},
    "staff": {"legal_officer", "coordinator", "head"},
    "workers": {"legal_officer", "coordinator"},
    "administrators": {"administrator"},
    "keepers": {"administrator", "coordinator"},
    "lawyers": {"legal_officer"},
}
STAFF = AREAS["staff"]
EVERY, WORKING, LEAD = {"reader", "member", "lead"}, {"member", "lead"}, {"lead"}

MATRIX: dict[str, tuple[set[str], set[str]]] = {
    "read": (STAFF, EVERY),
    "record": ({"legal_officer"}, WORKING),
    "organise": ({"legal_officer", "coordinator"}, WORKING),
    "end": ({"head"}, LEAD),
    "guard": ({"legal_officer", "coordinator"}, LEAD),
    "lower": (set(), LEAD),
    "move": ({"legal_officer", "head"}, WORKING),
}
"""Roles that suffice on public and internal; memberships that suffice on any level. `move`: record, or end."""

TABLE = """
GET  accounts.account_page           administrators
POST accounts.change_details         administrators fresh
GET  accounts.change_password        person
POST accounts.change_password        person
GET  accounts.confirm                person
POST accounts.confirm                person
POST accounts.deactivate             administrators fresh
POST accounts.discard_draft          person
GET  accounts.draft_page             own
POST accounts.end_other_sessions     person
POST accounts.end_one_session        own
GET  accounts.enrol                  open
POST accounts.enrol_passkey          open
POST accounts.enrol_totp             open
GET  accounts.first_run              open
POST accounts.first_run              open
GET  accounts.invitation             open
POST accounts.hand_leads_over        administrators fresh
POST accounts.invitation             open
POST accounts.invitation_passkey     open
POST accounts.leave_half_way         open
GET  accounts.list_accounts          administrators
POST accounts.make_link              administrators fresh
GET  accounts.make_passkey           person fresh
POST accounts.make_passkey           person fresh
POST accounts.name_passkey           own first
GET  accounts.new_account            administrators
POST accounts.new_account            administrators fresh
GET  accounts.preferences            person
POST accounts.preferences            person
GET  accounts.recover                open
POST accounts.recover                open
POST accounts.remove_passkey         own first
POST accounts.remove_totp            person fresh
POST accounts.renew_codes            person fresh
POST accounts.vouch                  administrators fresh
POST accounts.reactivate             administrators fresh
POST accounts.save_draft             person
GET  accounts.second_step            open
POST accounts.second_step            open
POST accounts.second_step_passkey    open
GET  accounts.session_state          anyone
POST accounts.set_roles              administrators fresh
GET  accounts.set_up_totp            person fresh
POST accounts.set_up_totp            person fresh
POST accounts.set_theme              person
GET  accounts.sign_in                open
POST accounts.sign_in_now            open
POST accounts.sign_in_with_passkey   open
POST accounts.sign_out               open
GET  accounts.ways_to_sign_in        person
POST accounts.withdraw_link          administrators
GET  approvals.ask_for_erasure       administrators
POST approvals.asked_for_erasure     administrators
POST approvals.factors_link          own first-administrators
POST accounts.report_lost            administrators
POST approvals.agree                 second first
GET  approvals.ask_for_glass         staff
POST approvals.break_glass           staff fresh
POST approvals.refuse                second
GET  approvals.requests              person
POST approvals.withdraw              asker
POST cases.add_contact               organise
POST cases.add_member                guard fresh-sealed
POST cases.add_subject               record
GET  cases.case_contacts             read
GET  cases.case_links                read
POST cases.change_cell               record
GET  cases.change_level              guard
GET  cases.choose_merger             end
GET  cases.confirm_removal           end
GET  cases.confirm_void              record
GET  cases.correct_event             record
GET  cases.dossier_page              read
GET  cases.edit_case                 record
GET  cases.edit_dossier              dossier
GET  cases.edit_subject              record
POST cases.end_membership            guard fresh-sealed
POST cases.export_cases              readers fresh-members
POST cases.link_case                 record
GET  cases.list_cases                readers
GET  cases.list_dossiers             readers
GET  cases.list_subjects             readers
POST cases.make_dossier              workers
GET  cases.members                   read
POST cases.merge                     merge
GET  cases.merged                    read
GET  cases.new_case                  workers
GET  cases.new_dossier               workers
GET  cases.new_subject               record
POST cases.open_case                 workers
GET  cases.read_back                 readers
GET  cases.record_event              record
POST cases.remove                    end
POST cases.remove_contact            organise
POST cases.remove_subject            record
POST cases.replace_event             record
GET  cases.review                    lower
POST cases.save_review               lower
POST cases.save_case                 record
POST cases.save_dossier              dossier
POST cases.save_event                record
POST cases.save_level                guard fresh
POST cases.save_subject              record
GET  cases.choose_clock              record
POST cases.start_clock               record
POST cases.unlink_case               link
POST cases.void_event                record
POST cases.watch                     read
GET  contacts.alike                  readers
GET  contacts.contact_page           name
GET  contacts.edit_contact           contact
POST contacts.edit_contact           contact
POST contacts.export_contacts        staff
POST contacts.export_organisations   staff
GET  contacts.edit_organisation      organisation
POST contacts.edit_organisation      organisation
GET  contacts.handover               name
GET  contacts.list_contacts          readers
GET  contacts.list_duplicates        readers
GET  contacts.list_organisations     readers
GET  contacts.merge                  merging
POST contacts.merge                  merging
GET  contacts.new_contact            recorder
GET  contacts.new_organisation       recorder
POST contacts.new_organisation       recorder
GET  contacts.organisation_page      name
GET  contacts.post_page              name
POST contacts.post_page              organisation
POST contacts.record_contact         recorder
POST contacts.undo                   merged
POST documents.add                   record
POST documents.ask_to_destroy        end
GET  documents.destroy               end
GET  documents.download              read
GET  documents.papers                read
POST engagements.ask_when_due        organise
GET  engagements.commitment_page     read
GET  engagements.edit                organise
POST engagements.edit                organise
POST engagements.export_commitments  readers fresh-members
POST engagements.export_engagements  readers fresh-members
GET  engagements.edit_engagement     organise
POST engagements.edit_engagement     organise
GET  engagements.engagement_page     read
GET  engagements.list_commitments    readers
GET  engagements.list_engagements    readers
GET  engagements.new_engagement      recorder
POST engagements.new_engagement      workers
GET  engagements.protocol            read
GET  engagements.suggest_names       readers
POST engagements.settle              organise
POST followups.add_follow_up         organise
POST followups.add_anywhere          named
POST followups.add_one_line          named
POST followups.apply_timeline        organise
POST followups.archive_timeline_set  sets
POST followups.bulk_preview          named
POST followups.cancel                organise
POST followups.change_checklist      organise
POST followups.change_needs          organise
POST followups.change_watchers       organise
POST followups.complete              organise
POST followups.edit_follow_up        organise
GET  followups.edit_timeline_set     staff
GET  followups.follow_up_page        read
POST followups.change_cell           organise
POST followups.export_follow_ups     readers fresh-members
GET  followups.list_follow_ups       readers
GET  followups.list_timeline_sets    staff
POST followups.make_timeline_set     sets
POST followups.move_timeline         organise
GET  followups.new_anywhere          readers
GET  followups.new_timeline          organise
GET  followups.new_timeline_set      sets
POST followups.follow_a_clock        organise
GET  followups.new_follow_up         organise
GET  followups.people_for_line       readers
GET  followups.read_back             readers
GET  followups.read_one_line         readers
POST followups.reopen                organise
POST followups.repeat                organise
POST followups.save_timeline_set     sets
POST followups.settle_day            organise
POST followups.snooze                organise
POST followups.start                 organise
GET  followups.timeline_page         read
POST followups.undo                  organise
POST followups.wait                  organise
GET  feeds.calendar_of_token         open
GET  feeds.own_feeds                 readers
POST feeds.own_feeds                 readers fresh
POST feeds.renew                     own first-readers
POST feeds.withdraw                  own
GET  health.healthz                  open
GET  health.readyz                   open
POST imports.carry_out               import
POST imports.give                    workers
GET  imports.import_page             import
GET  imports.imports                 workers
POST limitation.add_act              record
POST limitation.add_charge           record
GET  limitation.charge_page          record
GET  limitation.charges              read
POST limitation.confirm_charge       record
POST limitation.correct_charge       record
POST limitation.follow_charge        organise
GET  limitation.list_charges         readers
GET  limitation.new_charge           record
POST limitation.strike_out_act       record
POST limitation.strike_out_charge    record
POST lists.change                    theirs
POST lists.forget                    theirs
POST lists.save                      readers
GET  sittings.choose_file            administrators
POST sittings.preview                administrators
GET  sittings.sittings               person
GET  sittings.of_case                read
POST sittings.take_in                administrators
GET  openpgp.own_key                 person
POST openpgp.own_key                 person fresh
POST openpgp.remove_key              person fresh
POST pages.add_from_home             named
GET  pages.ask_for_everything        administrators
POST pages.asked_for_everything      administrators
POST pages.everything_file           own first-administrators
GET  pages.audit_page                administrators
GET  pages.board                     readers
POST pages.add_comment               read
GET  pages.calendar                  readers
GET  pages.case_page                 read
POST pages.case_seen                 read
GET  pages.case_timeline             read
GET  pages.case_clocks               read
GET  pages.case_trail                trail
GET  pages.choose_column             read
GET  pages.dossier_timeline          read
GET  pages.edit_comment              lead
GET  pages.home                      person
POST pages.add_secret_note           read
POST pages.remove_secret_note        lead
GET  pages.part_level                lower
POST pages.lower_part_level          lower fresh-sealed
GET  pages.secret_notes              read
POST pages.make_move                 record
POST pages.mentions_seen             read
POST pages.make_standard             organise
GET  pages.move_case                 move
GET  pages.new_comment               read
GET  pages.people_to_mention         read
POST pages.remove_comment            lead
POST pages.save_comment              lead
GET  pages.standard_follow_ups       organise
GET  pages.subject_page              read
GET  pages.overview                  readers
POST pages.put_card                  carded
POST pages.hand_work_over            staff
GET  pages.work_of_person            staff
GET  pages.workload_page             staff
POST reminders.cancel                steer
POST reminders.address_is_right      administrators
GET  reminders.ask_resend_all        steerers
GET  reminders.bell                  person
GET  reminders.case_reminders        read
GET  reminders.case_rules            read
POST reminders.comment_from_mail     theirs
POST reminders.done_from_mail        theirs
GET  reminders.from_mail             theirs
GET  reminders.ledger                person
POST reminders.look_at_dead          steerers
GET  reminders.metrics               open
GET  reminders.news                  anyone
POST reminders.open_and_read         reminder
GET  reminders.open_reminder         reminder
POST reminders.preview_wishes        person
POST reminders.read_all              person
POST reminders.read_from_mail        theirs
POST reminders.reassign_from_mail    theirs
POST reminders.resend                steer
POST reminders.resend_all            steerers
GET  reminders.rules                 administrators
POST reminders.set_case_rules        guard
POST reminders.set_rules             administrators
POST reminders.snooze_from_mail      theirs
GET  reminders.watchdog              keepers
GET  reminders.wishes                person
POST reminders.wishes                person
POST periods.add_period              record
POST periods.add_record              record
POST periods.correct_period          record
GET  periods.edit_period             record
GET  periods.edit_record             record
GET  periods.ending                  readers
POST periods.follow_period           organise
GET  periods.new_record              record
GET  periods.record_page             read
GET  periods.records                 read
POST periods.save_record             record
POST periods.strike_out_period       record
POST periods.strike_out_record       record
POST recommendations.add             record
POST recommendations.assess          record
POST recommendations.read_table      record
GET  recommendations.choose_table    record
POST recommendations.take_table      record
POST recommendations.correct         record
POST recommendations.export_recommendations read fresh-closed
GET  recommendations.figures         read
POST recommendations.follow          organise
GET  recommendations.new             record
GET  recommendations.recommendation_page read
GET  recommendations.recommendations read
POST recommendations.state_figures   record
POST recommendations.strike_out      record
POST recommendations.strike_out_assessment record
POST recommendations.strike_out_figures record
POST pictures.give                   person
GET  pictures.own_picture            person
GET  pictures.picture                own
POST pictures.remove                 person
GET  rules.list_rules                person
GET  rules.rule_page                 person
GET  rules.change_rule               lawyers
POST rules.ask_change                lawyers fresh
GET  search.panel                    readers
GET  search.results                  readers
GET  static                          open
"""


def needs() -> dict[str, str]:
    """`{"GET cases.case_page": "read", …}`."""
    rows = (line.split() for line in TABLE.strip().splitlines())
    return {f"{method} {endpoint}": " ".join(words) for method, endpoint, *words in rows}
