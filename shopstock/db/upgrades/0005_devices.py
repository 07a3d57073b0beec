"""Devices by name, so that a till may have several scanners, and the pictures that papers show."""

SQLITE = """
CREATE TABLE device_by_name (
    id INTEGER PRIMARY KEY, station_id INTEGER NOT NULL REFERENCES station(id), role TEXT NOT NULL, url TEXT NOT NULL,
    language TEXT NOT NULL, settings TEXT NOT NULL DEFAULT '{}', active INTEGER NOT NULL DEFAULT 1,
    name TEXT NOT NULL DEFAULT '', UNIQUE (station_id, role, name));
INSERT INTO device_by_name (id, station_id, role, url, language, settings, active)
    SELECT id, station_id, role, url, language, settings, active FROM device;
DROP TABLE device;
ALTER TABLE device_by_name RENAME TO device;
CREATE TABLE picture (
    sha256 TEXT PRIMARY KEY, content BLOB NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    added_at INTEGER NOT NULL) WITHOUT ROWID;
"""

POSTGRESQL = """
ALTER TABLE device ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE device DROP CONSTRAINT device_station_id_role_key;
ALTER TABLE device ADD UNIQUE (station_id, role, name);
CREATE TABLE picture (
    sha256 TEXT PRIMARY KEY, content BYTEA NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL,
    added_at BIGINT NOT NULL);
"""


def up(migrator, db):
    """Add what setting up devices needs."""
    for statement in (POSTGRESQL if "Postgres" in type(db).__name__ else SQLITE).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
