-- What ends soon is read in the order of an index: which period is a record's last is kept, not asked of each (architecture.md, projections).
ALTER TABLE periods ADD COLUMN is_last boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN periods.is_last IS 'it stands, and nothing later is entered on its record; kept by a trigger';
CREATE FUNCTION app_mark_last_period() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE periods p SET is_last = found.is_last
    FROM (SELECT one.id, one.voided_at IS NULL AND NOT EXISTS (
            SELECT FROM periods later
             WHERE later.record_id = one.record_id AND later.id <> one.id AND later.voided_at IS NULL
               AND (later.end_kind = 'open' OR later.ends_by > one.ends_by OR later.begins_on > one.begins_on)) AS is_last
            FROM periods one WHERE one.record_id = NEW.record_id) found
   WHERE p.id = found.id AND p.is_last <> found.is_last;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_mark_last_period() FROM PUBLIC;
UPDATE periods p SET is_last = false
 WHERE p.voided_at IS NOT NULL OR EXISTS (
         SELECT FROM periods later
          WHERE later.record_id = p.record_id AND later.id <> p.id AND later.voided_at IS NULL
            AND (later.end_kind = 'open' OR later.ends_by > p.ends_by OR later.begins_on > p.begins_on));
CREATE TRIGGER mark_last_period AFTER INSERT OR UPDATE OF record_id, begins_on, ends_by, end_kind, voided_at ON periods
  FOR EACH ROW EXECUTE FUNCTION app_mark_last_period();
DROP INDEX ix_periods_ends_by;
CREATE INDEX ix_periods_ends_by ON periods (ends_by, id) WHERE is_last AND ends_by IS NOT NULL;
