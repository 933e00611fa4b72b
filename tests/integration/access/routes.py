"""What each route answers to each visitor, about an open case that counsel is a member of (product/access.md).

GET is answered for real. POST is sent without its CSRF token: 400 means "comes in, and the form is refused", so nothing
is done.
403: sees the area, may not do this. 404: for this visitor there is no such thing. 303, 401: sign in first.
A new route gets its line here, thought out from the matrix; copying what the program answers proves nothing.
"""

VISITORS = ("legal_officer", "coordinator", "head", "outside_counsel", "administrator", "stranger")

_TABLE = """
                                          LO  CO  HD  OC  AD  stranger
GET  accounts.account_page              | 404 404 404 404 200 303
POST accounts.change_details            | 404 404 404 404 400 401
GET  accounts.change_password           | 200 200 200 200 200 303
POST accounts.change_password           | 400 400 400 400 400 401
GET  accounts.confirm                   | 200 200 200 200 200 303
POST accounts.confirm                   | 400 400 400 400 400 401
POST accounts.deactivate                | 404 404 404 404 400 401
POST accounts.discard_draft             | 400 400 400 400 400 401
GET  accounts.draft_page                | 404 404 404 404 404 303
POST accounts.end_other_sessions        | 400 400 400 400 400 401
GET  accounts.enrol                     | 303 303 303 303 303 303
POST accounts.end_one_session           | 400 400 400 400 400 401
POST accounts.enrol_passkey             | 400 400 400 400 400 400
POST accounts.enrol_totp                | 400 400 400 400 400 400
GET  accounts.first_run                 | 404 404 404 404 404 404
POST accounts.first_run                 | 400 400 400 400 400 400
GET  accounts.invitation                | 404 404 404 404 404 404
POST accounts.hand_leads_over           | 404 404 404 404 400 401
POST accounts.invitation                | 400 400 400 400 400 400
POST accounts.invitation_passkey        | 400 400 400 400 400 400
POST accounts.leave_half_way            | 400 400 400 400 400 400
GET  accounts.list_accounts             | 404 404 404 404 200 303
POST accounts.make_link                 | 404 404 404 404 400 401
GET  accounts.make_passkey              | 200 200 200 200 200 303
POST accounts.make_passkey              | 400 400 400 400 400 401
POST accounts.name_passkey              | 400 400 400 400 400 401
GET  accounts.new_account               | 404 404 404 404 200 303
POST accounts.new_account               | 404 404 404 404 400 401
GET  accounts.preferences               | 200 200 200 200 200 303
POST accounts.preferences               | 400 400 400 400 400 401
GET  accounts.recover                   | 303 303 303 303 303 303
POST accounts.recover                   | 400 400 400 400 400 400
POST accounts.remove_passkey            | 400 400 400 400 400 401
POST accounts.remove_totp               | 400 400 400 400 400 401
POST accounts.renew_codes               | 400 400 400 400 400 401
POST accounts.vouch                     | 404 404 404 404 400 401
POST accounts.reactivate                | 404 404 404 404 400 401
POST accounts.report_lost               | 404 404 404 404 400 401
POST accounts.save_draft                | 400 400 400 400 400 401
GET  accounts.second_step               | 303 303 303 303 303 303
POST accounts.second_step               | 400 400 400 400 400 400
POST accounts.second_step_passkey       | 400 400 400 400 400 400
GET  accounts.session_state             | 200 200 200 200 200 200
POST accounts.set_roles                 | 404 404 404 404 400 401
GET  accounts.set_up_totp               | 200 200 200 200 200 303
POST accounts.set_up_totp               | 400 400 400 400 400 401
POST accounts.set_theme                 | 400 400 400 400 400 401
GET  accounts.sign_in                   | 303 303 303 303 303 200
POST accounts.sign_in_now               | 400 400 400 400 400 400
POST accounts.sign_in_with_passkey      | 400 400 400 400 400 400
POST accounts.sign_out                  | 400 400 400 400 400 401
GET  accounts.ways_to_sign_in           | 200 200 200 200 200 303
POST accounts.withdraw_link             | 404 404 404 404 400 401

POST approvals.agree                    | 400 400 400 400 400 401
GET  approvals.ask_for_erasure          | 404 404 404 404 200 303
POST approvals.asked_for_erasure        | 404 404 404 404 400 401
GET  approvals.ask_for_glass            | 200 200 200 403 404 303
POST approvals.break_glass              | 400 400 400 403 404 401
POST approvals.factors_link             | 404 404 404 404 400 401
POST approvals.refuse                   | 400 400 400 400 400 401
GET  approvals.requests                 | 200 200 200 200 200 303
POST approvals.withdraw                 | 400 400 400 400 400 401

POST cases.add_contact                  | 400 400 400 400 404 401
POST cases.add_member                   | 400 400 400 400 404 401
POST cases.add_subject                  | 400 400 400 400 404 401
GET  cases.case_contacts                | 200 200 200 200 404 303
GET  cases.case_links                   | 200 200 200 200 404 303
GET  cases.change_level                 | 200 200 403 403 404 303
GET  cases.choose_merger                | 403 403 200 403 404 303
GET  cases.confirm_removal              | 403 403 200 403 404 303
GET  cases.confirm_void                 | 200 403 403 200 404 303
GET  cases.correct_event                | 200 403 403 200 404 303
GET  cases.dossier_page                 | 200 200 200 200 404 303
GET  cases.edit_case                    | 200 403 403 200 404 303
GET  cases.edit_dossier                 | 200 200 403 403 404 303
GET  cases.edit_subject                 | 200 403 403 200 404 303
POST cases.end_membership               | 400 400 400 400 404 401
POST cases.link_case                    | 400 400 400 400 404 401
POST cases.change_cell                  | 400 400 400 400 404 401
POST cases.export_cases                 | 400 400 400 400 404 401
GET  cases.list_cases                   | 200 200 200 200 404 303
GET  cases.list_dossiers                | 200 200 200 200 404 303
POST cases.make_dossier                 | 400 400 403 403 404 401
GET  cases.members                      | 200 200 200 200 404 303
POST cases.merge                        | 400 400 400 400 404 401
GET  cases.merged                       | 200 200 200 200 404 303
GET  cases.new_case                     | 200 200 403 403 404 303
GET  cases.new_dossier                  | 200 200 403 403 404 303
GET  cases.new_subject                  | 200 403 403 200 404 303
POST cases.open_case                    | 400 400 403 403 404 401
GET  cases.read_back                    | 200 200 200 200 404 303
GET  cases.record_event                 | 200 403 403 200 404 303
POST cases.remove                       | 400 400 400 400 404 401
POST cases.remove_contact               | 400 400 400 400 404 401
POST cases.remove_subject               | 400 400 400 400 404 401
POST cases.replace_event                | 400 400 400 400 404 401
GET  cases.review                       | 403 403 403 403 404 303
POST cases.save_review                  | 400 400 400 400 404 401
POST cases.save_case                    | 400 400 400 400 404 401
POST cases.save_dossier                 | 400 400 403 403 404 401
POST cases.save_event                   | 400 400 400 400 404 401
POST cases.save_level                   | 400 400 400 400 404 401
POST cases.save_subject                 | 400 400 400 400 404 401
GET  cases.choose_clock                 | 200 403 403 200 404 303
POST cases.start_clock                  | 400 400 400 400 404 401
GET  cases.list_subjects                | 200 200 200 200 404 303
POST cases.unlink_case                  | 400 400 400 400 404 401
POST cases.void_event                   | 400 400 400 400 404 401
POST cases.watch                        | 400 400 400 400 404 401

GET  contacts.alike                     | 200 200 200 200 404 303
GET  contacts.contact_page              | 200 200 200 200 404 303
GET  contacts.edit_contact              | 200 200 403 200 404 303
POST contacts.export_contacts           | 400 400 400 400 404 401
POST contacts.export_organisations      | 400 400 400 400 404 401
POST contacts.edit_contact              | 400 400 400 400 404 401
GET  contacts.edit_organisation         | 200 200 403 403 404 303
POST contacts.edit_organisation         | 400 400 400 400 404 401
GET  contacts.handover                  | 200 200 200 200 404 303
GET  contacts.list_contacts             | 200 200 200 200 404 303
GET  contacts.list_duplicates           | 200 200 200 200 404 303
GET  contacts.list_organisations        | 200 200 200 200 404 303
GET  contacts.merge                     | 200 200 403 403 404 303
POST contacts.merge                     | 400 400 400 400 404 401
GET  contacts.new_contact               | 200 200 403 200 404 303
GET  contacts.new_organisation          | 200 200 403 200 404 303
POST contacts.new_organisation          | 400 400 400 400 404 401
GET  contacts.organisation_page         | 200 200 200 200 404 303
GET  contacts.post_page                 | 200 200 200 200 404 303
POST contacts.post_page                 | 400 400 400 400 404 401
POST contacts.record_contact            | 400 400 400 400 404 401
POST contacts.undo                      | 400 400 400 400 404 401

POST documents.add                      | 400 400 400 400 404 401
POST documents.ask_to_destroy           | 400 400 400 400 404 401
GET  documents.destroy                  | 403 403 200 403 404 303
GET  documents.download                 | 200 200 200 200 404 303
GET  documents.papers                   | 200 200 200 200 404 303
POST engagements.ask_when_due           | 400 400 400 400 404 401
GET  engagements.commitment_page        | 200 200 200 200 404 303
GET  engagements.edit                   | 200 200 403 200 404 303
POST engagements.export_commitments     | 400 400 400 400 404 401
POST engagements.export_engagements     | 400 400 400 400 404 401
POST engagements.edit                   | 400 400 400 400 404 401
GET  engagements.edit_engagement        | 200 200 403 200 404 303
POST engagements.edit_engagement        | 400 400 400 400 404 401
GET  engagements.engagement_page        | 200 200 200 200 404 303
GET  engagements.list_commitments       | 200 200 200 200 404 303
GET  engagements.list_engagements       | 200 200 200 200 404 303
GET  engagements.new_engagement         | 200 200 403 200 404 303
POST engagements.new_engagement         | 400 400 400 400 404 401
GET  engagements.protocol               | 200 200 200 200 404 303
GET  engagements.suggest_names          | 200 200 200 200 404 303
POST engagements.settle                 | 400 400 400 400 404 401

POST followups.add_follow_up            | 400 400 400 400 404 401
POST followups.add_anywhere             | 400 400 400 400 404 401
POST followups.add_one_line             | 400 400 400 400 404 401
POST followups.apply_timeline           | 400 400 400 400 404 401
POST followups.archive_timeline_set     | 400 400 400 403 404 401
POST followups.bulk_preview             | 400 400 400 400 404 401
POST followups.cancel                   | 400 400 400 400 404 401
POST followups.change_checklist         | 400 400 400 400 404 401
POST followups.change_needs             | 400 400 400 400 404 401
POST followups.change_watchers          | 400 400 400 400 404 401
POST followups.complete                 | 400 400 400 400 404 401
POST followups.edit_follow_up           | 400 400 400 400 404 401
GET  followups.edit_timeline_set        | 200 200 200 403 404 303
GET  followups.follow_up_page           | 200 200 200 200 404 303
POST followups.change_cell              | 400 400 400 400 404 401
POST followups.export_follow_ups        | 400 400 400 400 404 401
GET  followups.list_follow_ups          | 200 200 200 200 404 303
GET  followups.list_timeline_sets       | 200 200 200 403 404 303
POST followups.make_timeline_set        | 400 400 400 403 404 401
POST followups.move_timeline            | 400 400 400 400 404 401
GET  followups.new_anywhere             | 200 200 200 200 404 303
GET  followups.new_timeline             | 200 200 403 200 404 303
GET  followups.new_timeline_set         | 200 200 403 403 404 303
POST followups.follow_a_clock           | 400 400 400 400 404 401
GET  followups.new_follow_up            | 200 200 403 200 404 303
GET  followups.people_for_line          | 200 200 200 200 404 303
GET  followups.read_back                | 200 200 200 200 404 303
GET  followups.read_one_line            | 200 200 200 200 404 303
POST followups.reopen                   | 400 400 400 400 404 401
POST followups.repeat                   | 400 400 400 400 404 401
POST followups.save_timeline_set        | 400 400 400 403 404 401
POST followups.settle_day               | 400 400 400 400 404 401
POST followups.snooze                   | 400 400 400 400 404 401
POST followups.start                    | 400 400 400 400 404 401
GET  followups.timeline_page            | 200 200 200 200 404 303
POST followups.undo                     | 400 400 400 400 404 401
POST followups.wait                     | 400 400 400 400 404 401

GET  feeds.calendar_of_token            | 404 404 404 404 404 404
GET  feeds.own_feeds                    | 200 200 200 200 404 303
POST feeds.own_feeds                    | 400 400 400 400 404 401
POST feeds.renew                        | 400 400 400 400 404 401
POST feeds.withdraw                     | 400 400 400 400 404 401

GET  health.healthz                     | 200 200 200 200 200 200
GET  health.readyz                      | 503 503 503 503 503 503

POST imports.carry_out                  | 400 400 403 403 404 401
POST imports.give                       | 400 400 403 403 404 401
GET  imports.import_page                | 404 404 403 403 404 303
GET  imports.imports                    | 200 200 403 403 404 303
POST limitation.add_act                 | 400 400 400 400 404 401
POST limitation.add_charge              | 400 400 400 400 404 401
GET  limitation.charge_page             | 200 403 403 200 404 303
GET  limitation.charges                 | 200 200 200 200 404 303
POST limitation.confirm_charge          | 400 400 400 400 404 401
POST limitation.correct_charge          | 400 400 400 400 404 401
POST limitation.follow_charge           | 400 400 400 400 404 401
GET  limitation.list_charges            | 200 200 200 200 404 303
GET  limitation.new_charge              | 200 403 403 200 404 303
POST limitation.strike_out_act          | 400 400 400 400 404 401
POST limitation.strike_out_charge       | 400 400 400 400 404 401
POST lists.change                       | 400 400 400 400 404 401
POST lists.forget                       | 400 400 400 400 404 401
POST lists.save                         | 400 400 400 400 404 401

POST pages.add_from_home                | 400 400 400 400 404 401
GET  sittings.choose_file               | 404 404 404 404 200 303
POST sittings.preview                   | 404 404 404 404 400 401
GET  sittings.sittings                  | 200 200 200 200 200 303
GET  sittings.of_case                   | 200 200 200 200 404 303
POST sittings.take_in                   | 404 404 404 404 400 401

GET  openpgp.own_key                    | 200 200 200 200 200 303
POST openpgp.own_key                    | 400 400 400 400 400 401
POST openpgp.remove_key                 | 400 400 400 400 400 401
GET  pages.board                        | 200 200 200 200 404 303
POST pages.add_comment                  | 400 400 400 400 404 401
GET  pages.calendar                     | 200 200 200 200 404 303
GET  pages.case_page                    | 200 200 200 200 404 303
POST pages.add_secret_note              | 400 400 400 400 404 401
POST pages.remove_secret_note           | 400 400 400 400 404 401
GET  pages.part_level                   | 403 403 403 403 404 303
POST pages.lower_part_level             | 400 400 400 400 404 401
GET  pages.secret_notes                 | 200 200 200 200 404 303
GET  pages.ask_for_everything           | 404 404 404 404 200 303
POST pages.asked_for_everything         | 404 404 404 404 400 401
POST pages.everything_file              | 404 404 404 404 400 401
GET  pages.audit_page                   | 404 404 404 404 200 303
GET  pages.case_clocks                  | 200 200 200 200 404 303
GET  pages.case_trail                   | 200 200 200 404 404 303
POST pages.case_seen                    | 400 400 400 400 404 401
GET  pages.case_timeline                | 200 200 200 200 404 303
GET  pages.choose_column                | 200 200 200 200 404 303
GET  pages.edit_comment                 | 403 403 403 403 404 303
GET  pages.dossier_timeline             | 200 200 200 200 404 303
GET  pages.home                         | 200 200 200 200 200 303
POST pages.make_move                    | 400 400 400 400 404 401
POST pages.mentions_seen                | 400 400 400 400 404 401
POST pages.make_standard                | 400 400 400 400 404 401
GET  pages.move_case                    | 200 403 200 200 404 303
GET  pages.new_comment                  | 200 200 200 200 404 303
GET  pages.people_to_mention            | 200 200 200 200 404 303
POST pages.remove_comment               | 400 400 400 400 404 401
POST pages.save_comment                 | 400 400 400 400 404 401
GET  pages.standard_follow_ups          | 200 200 403 200 404 303
GET  pages.subject_page                 | 200 200 200 200 404 303
GET  pages.overview                     | 200 200 200 200 404 303
POST pages.put_card                     | 400 400 400 400 404 401
POST pages.hand_work_over               | 400 400 400 403 404 401
GET  pages.work_of_person               | 200 200 200 403 404 303
GET  pages.workload_page                | 200 200 200 403 404 303

POST periods.add_period                 | 400 400 400 400 404 401
POST periods.add_record                 | 400 400 400 400 404 401
POST periods.correct_period             | 400 400 400 400 404 401
GET  periods.edit_period                | 200 403 403 200 404 303
GET  periods.edit_record                | 200 403 403 200 404 303
GET  periods.ending                     | 200 200 200 200 404 303
POST periods.follow_period              | 400 400 400 400 404 401
GET  periods.new_record                 | 200 403 403 200 404 303
GET  periods.record_page                | 200 200 200 200 404 303
GET  periods.records                    | 200 200 200 200 404 303
POST periods.save_record                | 400 400 400 400 404 401
POST periods.strike_out_period          | 400 400 400 400 404 401
POST periods.strike_out_record          | 400 400 400 400 404 401
POST recommendations.add                | 400 400 400 400 404 401
POST recommendations.assess             | 400 400 400 400 404 401
POST recommendations.read_table         | 400 400 400 400 404 401
GET  recommendations.choose_table       | 200 403 403 200 404 303
POST recommendations.take_table         | 400 400 400 400 404 401
POST recommendations.correct            | 400 400 400 400 404 401
POST recommendations.export_recommendations | 400 400 400 400 404 401
GET  recommendations.figures            | 200 200 200 200 404 303
POST recommendations.follow             | 400 400 400 400 404 401
GET  recommendations.new                | 200 403 403 200 404 303
GET  recommendations.recommendation_page | 200 200 200 200 404 303
GET  recommendations.recommendations    | 200 200 200 200 404 303
POST recommendations.state_figures      | 400 400 400 400 404 401
POST recommendations.strike_out         | 400 400 400 400 404 401
POST recommendations.strike_out_assessment | 400 400 400 400 404 401
POST recommendations.strike_out_figures | 400 400 400 400 404 401
POST pictures.give                      | 400 400 400 400 400 401
GET  pictures.own_picture               | 200 200 200 200 200 303
GET  pictures.picture                   | 404 404 404 404 404 303
POST pictures.remove                    | 400 400 400 400 400 401
POST reminders.cancel                   | 400 400 400 400 400 401
POST reminders.address_is_right         | 404 404 404 404 400 401
GET  reminders.ask_resend_all           | 403 200 403 403 200 303
GET  reminders.bell                     | 200 200 200 200 200 303
GET  reminders.case_rules               | 200 200 200 200 404 303
GET  reminders.case_reminders           | 200 200 200 200 404 303
POST reminders.comment_from_mail        | 400 400 400 400 404 401
POST reminders.done_from_mail           | 400 400 400 400 404 401
GET  reminders.from_mail                | 404 404 404 404 404 303
GET  reminders.ledger                   | 200 200 200 200 200 303
POST reminders.look_at_dead             | 400 400 400 400 400 401
GET  reminders.metrics                  | 404 404 404 404 404 404
GET  reminders.news                     | 200 200 200 200 200 200
POST reminders.open_and_read            | 400 400 400 400 400 401
GET  reminders.open_reminder            | 303 303 303 303 404 303
POST reminders.preview_wishes           | 400 400 400 400 400 401
POST reminders.read_all                 | 400 400 400 400 400 401
POST reminders.read_from_mail           | 400 400 400 400 400 401
POST reminders.reassign_from_mail       | 400 400 400 400 404 401
POST reminders.resend                   | 400 400 400 400 400 401
POST reminders.resend_all               | 400 400 400 400 400 401
GET  reminders.rules                    | 404 404 404 404 200 303
POST reminders.set_case_rules           | 400 400 400 400 404 401
POST reminders.set_rules                | 404 404 404 404 400 401
POST reminders.snooze_from_mail         | 400 400 400 400 404 401
GET  reminders.watchdog                 | 404 200 404 404 200 303
GET  reminders.wishes                   | 200 200 200 200 200 303
POST reminders.wishes                   | 400 400 400 400 400 401

GET  rules.list_rules                   | 200 200 200 200 200 303
GET  rules.rule_page                    | 200 200 200 200 200 303
GET  rules.change_rule                  | 200 403 403 403 404 303
POST rules.ask_change                   | 400 400 400 400 404 401

GET  search.panel                       | 200 200 200 200 404 303
GET  search.results                     | 200 200 200 200 404 303

GET  static                             | 200 200 200 200 200 200
"""


def _read(table: str) -> dict[str, tuple[int, ...]]:
    """`{"GET cases.list_cases": (200, …)}`, statuses in the order of VISITORS."""
    rows = [line.split("|") for line in table.splitlines() if "|" in line]
    return {" ".join(route.split()): tuple(int(status) for status in statuses.split()) for route, statuses in rows}


ON_AN_OPEN_CASE = _read(_TABLE)
