-- Two databases of one server, each with an owner of its own: Prefect's, which may be lost, and the books, which may not.
-- Run once, by psql 15 or newer, as the server's superuser.
\getenv prefect_password PREFECT_PASSWORD
\getenv ledger_password LEDGER_PASSWORD
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE ROLE ledger LOGIN PASSWORD :'ledger_password';
CREATE DATABASE prefect OWNER prefect;
CREATE DATABASE ledger OWNER ledger;
REVOKE CONNECT ON DATABASE prefect FROM PUBLIC;
REVOKE CONNECT ON DATABASE ledger FROM PUBLIC;
