# The first start of the database's container reads this, in its own shell. The owner of the tables is no superuser, since
# row-level security would not bind one, and has a password of its own.
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database_owner_password)" -U postgres <<'SQL'
CREATE ROLE tracker_owner LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE tracker OWNER tracker_owner;
SQL
