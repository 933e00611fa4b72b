DROP TRIGGER people_forget_mail_fault ON people;
DROP FUNCTION app_forget_mail_fault();
