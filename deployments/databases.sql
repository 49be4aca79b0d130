-- Two databases of one server, each with an owner of its own: Prefect's, which may be lost, and the ledger, which may not.
-- The ledger's owner makes and changes its tables (the service `offer`). Workers and the review room use `ledger_worker`, which
-- owns nothing: it can drop, truncate and alter no table. The owner gives it its rights when it makes the tables.
-- Run once, by psql 15 or newer, as the server's superuser.
\getenv prefect_password PREFECT_PASSWORD
\getenv ledger_password LEDGER_PASSWORD
\getenv ledger_worker_password LEDGER_WORKER_PASSWORD
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE ROLE ledger LOGIN PASSWORD :'ledger_password';
CREATE ROLE ledger_worker LOGIN PASSWORD :'ledger_worker_password';
CREATE DATABASE prefect OWNER prefect;
CREATE DATABASE ledger OWNER ledger;
REVOKE CONNECT ON DATABASE prefect FROM PUBLIC;
REVOKE CONNECT ON DATABASE ledger FROM PUBLIC;
GRANT CONNECT ON DATABASE ledger TO ledger_worker;
