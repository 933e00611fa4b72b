"""Files from outside: examined by their content, kept encrypted in PostgreSQL, given back as attachments only."""
