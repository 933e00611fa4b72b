-- Back to the policies of 0001 on what stays; the policies of new tables go with them.
DROP POLICY sees ON cases;
DROP POLICY changes ON cases;
CREATE POLICY sees ON cases FOR SELECT TO tracker_app USING (
  (level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id));
CREATE POLICY changes ON cases FOR UPDATE TO tracker_app USING (
  (level IN ('public', 'internal') AND (SELECT app_is_staff())) OR app_is_member(id));
DROP POLICY sees ON posts;
