-- A new address has no faults yet, whoever changes it and however.
CREATE FUNCTION app_forget_mail_fault() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.mail_fault := NULL;
  NEW.mail_fault_at := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER people_forget_mail_fault BEFORE UPDATE OF email ON people
  FOR EACH ROW WHEN (NEW.email IS DISTINCT FROM OLD.email) EXECUTE FUNCTION app_forget_mail_fault();
