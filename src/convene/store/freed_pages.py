"""What a database file still holds of rows that were deleted."""

from sqlalchemy import Engine


def overwrite_freed_pages(engine: Engine) -> bool:
    """Write the whole file anew, so that nothing deleted is left in it; False where others kept that from happening.

    SQLite marks pages and parts of pages as free and leaves their bytes, and those of earlier versions in the log
    beside the file. `secure_delete` would not reach what splits of pages left behind before: VACUUM copies what is
    there alone, and the checkpoint writes it over every page and empties the log. PostgreSQL does the same in its own
    time (autovacuum).
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()
