-- People's own pictures: drawn by us, small, encrypted. Which one it is stands with the person, for pages that name them.

ALTER TABLE people ADD COLUMN picture uuid;
COMMENT ON COLUMN people.picture IS 'the mark of their picture, a part of its address; none: initials';

CREATE TABLE person_pictures (
  person_id uuid NOT NULL,
  mark uuid NOT NULL,
  drawn_sealed bytea NOT NULL,
  given_at timestamptz NOT NULL,
  CONSTRAINT pk_person_pictures PRIMARY KEY (person_id),
  CONSTRAINT fk_person_pictures_person_id_people FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE
);
COMMENT ON COLUMN person_pictures.drawn_sealed IS 'a JPEG, in base64';
ALTER TABLE person_pictures ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON person_pictures TO tracker_app, tracker_operator;
CREATE POLICY operator_sees_all ON person_pictures TO tracker_operator USING (true) WITH CHECK (true);
-- Counsel sees the faces of those who are on their cases.
CREATE POLICY sees ON person_pictures FOR SELECT TO tracker_app USING (
  person_id = (SELECT app_person()) OR (SELECT app_has_role('legal_officer', 'coordinator', 'head', 'administrator'))
  OR (SELECT true FROM case_memberships m WHERE m.person_id = person_pictures.person_id LIMIT 1));
CREATE POLICY gives ON person_pictures FOR INSERT TO tracker_app WITH CHECK (person_id = (SELECT app_person()));
CREATE POLICY changes ON person_pictures FOR UPDATE TO tracker_app USING (person_id = (SELECT app_person()));
CREATE POLICY removes ON person_pictures FOR DELETE TO tracker_app USING (
  person_id = (SELECT app_person()) OR (SELECT app_manages_people()));

-- Keys of destroyed files go from the disk as well: jobs, whose login owns nothing, write that table anew.
GRANT MAINTAIN ON files TO tracker_operator;
