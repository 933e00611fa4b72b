-- The members of a case hear that its glass was broken, or that a membership ran out; whoever gave an OpenPGP key, that it ends.

ALTER TABLE reminders DROP CONSTRAINT ck_reminders_subject_type, ADD CONSTRAINT ck_reminders_subject_type CHECK (
  subject_type IN ('follow_up', 'case_event', 'case', 'commitment', 'membership', 'openpgp_key', 'digest', 'summary', 'watchdog'));

CREATE FUNCTION app_plan_membership() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM app_plan_subject('membership', NEW.id, NEW.case_id, coalesce(NEW.ended_at, NEW.starts_at));
  RETURN NULL;
END $$;
CREATE TRIGGER plan_broken_glass AFTER INSERT ON case_memberships FOR EACH ROW
  WHEN (NEW.approval_id IS NOT NULL) EXECUTE FUNCTION app_plan_membership();
-- By time: nobody ended it. That breaking the glass is over after a day was said when it began.
CREATE TRIGGER plan_ended_membership AFTER UPDATE OF ended_at ON case_memberships FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at = NEW.ends_at AND NEW.ended_by_id IS NULL AND NEW.approval_id IS NULL)
  EXECUTE FUNCTION app_plan_membership();

CREATE FUNCTION app_plan_openpgp_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE kept openpgp_keys := coalesce(NEW, OLD);
BEGIN
  PERFORM app_plan_subject('openpgp_key', kept.person_id, NULL, kept.given_at);
  RETURN NULL;
END $$;
CREATE TRIGGER plan_openpgp_key AFTER INSERT OR UPDATE OR DELETE ON openpgp_keys FOR EACH ROW EXECUTE FUNCTION app_plan_openpgp_key();
REVOKE EXECUTE ON FUNCTION app_plan_membership(), app_plan_openpgp_key() FROM PUBLIC;

INSERT INTO reminder_plans (subject_type, subject_id, next_plan_at)
SELECT 'openpgp_key', k.person_id, now() FROM openpgp_keys k WHERE k.expires_at > now();
