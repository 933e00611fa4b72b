-- Calendars are for administrators alone (access.md, "Doing").
DROP POLICY adds ON sittings;
DROP POLICY changes ON sittings;
CREATE POLICY adds ON sittings FOR INSERT TO tracker_app WITH CHECK (
  (SELECT app_has_role('administrator')) AND taken_by_id = (SELECT app_person()));
CREATE POLICY changes ON sittings FOR UPDATE TO tracker_app USING ((SELECT app_has_role('administrator')))
  WITH CHECK (taken_by_id = (SELECT app_person()));
