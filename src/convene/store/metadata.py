"""Every table, known to SQLModel's metadata once this module is imported."""

from sqlmodel import SQLModel

from convene.model import event, installation, link, notice, person, programme, warning, worker

METADATA = SQLModel.metadata
ALL_TABLES = (event, installation, link, notice, person, programme, warning, worker)
"""Named so that the imports have a use: a table that nobody imports would be missing from the first migration."""
