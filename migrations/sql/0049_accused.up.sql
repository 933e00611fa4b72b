-- Whom a charge is against: subjects of its case, as secret as the charge. No row: it is not said against whom (ADR 27).
CREATE TABLE charge_subjects (
  charge_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  CONSTRAINT pk_charge_subjects PRIMARY KEY (charge_id, subject_id),
  CONSTRAINT fk_charge_subjects_charge_id_charges FOREIGN KEY (charge_id) REFERENCES charges (id) ON DELETE CASCADE,
  CONSTRAINT fk_charge_subjects_subject_id_subjects FOREIGN KEY (subject_id) REFERENCES subjects (id) ON DELETE CASCADE
);
CREATE INDEX ix_charge_subjects_subject_id ON charge_subjects (subject_id);

ALTER TABLE charge_subjects ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON charge_subjects TO tracker_operator;
CREATE POLICY operator_sees_all ON charge_subjects TO tracker_operator USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON charge_subjects TO tracker_app;
CREATE POLICY sees ON charge_subjects FOR SELECT TO tracker_app USING ((SELECT true FROM charges c WHERE c.id = charge_id));
CREATE POLICY makes ON charge_subjects FOR INSERT TO tracker_app WITH CHECK (app_records_on_charge(charge_id) AND (
  SELECT true FROM charges c JOIN case_subjects s ON s.case_id = c.case_id
   WHERE c.id = charge_id AND s.subject_id = charge_subjects.subject_id));
CREATE POLICY takes ON charge_subjects FOR DELETE TO tracker_app USING (app_records_on_charge(charge_id));
