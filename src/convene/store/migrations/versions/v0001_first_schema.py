"""The first schema: programmes, people, events, notices, links."""

import secrets

import sqlalchemy as sa
from alembic import op

from convene.model.columns import JsonColumn, UtcMoment
from convene.store.schema import SchemaError

REFUSED_SQL = "refused_at IS NOT NULL"
EVERY_PROGRAMME_SQL = "programme_id IS NULL"
WAITING_SQL = "state IN ('planned', 'deferred', 'uncertain')"
CLAIMED_SQL = "claimed_by IS NOT NULL"

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_secret", sa.LargeBinary(), nullable=False),
        sa.Column("tzdata_version", sa.String(), nullable=True),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=False),
        sa.Column("overruled_moment", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), sa.Identity(cache=32), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("zone_assumed", sa.Boolean(), nullable=False),
        sa.Column("joins_on", sa.Date(), nullable=True),
        sa.Column("shifted_from", sa.String(), nullable=True),
        sa.Column("shifted_why", sa.String(), nullable=False),
        sa.Column("useful_until", UtcMoment(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("language_source", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", UtcMoment(), nullable=True),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", UtcMoment(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "notice_due",
        "notice",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text(WAITING_SQL),
        postgresql_where=sa.text(WAITING_SQL),
    )
    op.create_index(
        "notice_claimed",
        "notice",
        ["claimed_by"],
        unique=False,
        sqlite_where=sa.text(CLAIMED_SQL),
        postgresql_where=sa.text(CLAIMED_SQL),
    )
    op.create_index("notice_identity", "notice", ["cause_id", "person_id", "round"], unique=True)
    op.create_table(
        "noticepart",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("joins_on", sa.Date(), nullable=False),
        sa.Column("shifted_from", sa.String(), nullable=True),
        sa.Column("shifted_why", sa.String(), nullable=False),
        sa.Column("useful_until", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "cause_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("part_identity", "noticepart", ["cause_id", "person_id", "round"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("salutation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("digits", sa.String(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("refused_at", UtcMoment(), nullable=True),
        sa.Column("refused_reply", sa.String(), nullable=True),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(
        "person_refused",
        "person",
        ["id"],
        unique=False,
        sqlite_where=sa.text(REFUSED_SQL),
        postgresql_where=sa.text(REFUSED_SQL),
    )
    op.create_table(
        "erasedaddress",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcMoment(), nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=False),
        sa.Column("swept_at", UtcMoment(), nullable=False),
        sa.Column("relay_trouble", sa.String(), nullable=True),
        sa.Column("relay_trouble_since", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", JsonColumn, nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("organiser_name", sa.String(), nullable=False),
        sa.Column("organiser_email", sa.String(), nullable=False),
        sa.Column("coordinators", JsonColumn, nullable=False),
        sa.Column("fiscal_year_starts", JsonColumn, nullable=True),
        sa.Column("funder", JsonColumn, nullable=True),
        sa.Column("working_days", sa.String(), nullable=False),
        sa.Column("weekends", JsonColumn, nullable=False),
        sa.Column("quiet_hours", JsonColumn, nullable=True),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("ask_above", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("privacy", sa.String(), nullable=True),
        sa.Column("description", JsonColumn, nullable=True),
        sa.Column("people_files", JsonColumn, nullable=False),
        sa.Column("reminders", JsonColumn, nullable=True),
        sa.Column("follow_ups", JsonColumn, nullable=True),
        sa.Column("invitations", JsonColumn, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_name", sa.String(), nullable=False),
        sa.Column("applied_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("title", JsonColumn, nullable=True),
        sa.Column("short_title", JsonColumn, nullable=True),
        sa.Column("description", JsonColumn, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", JsonColumn, nullable=True),
        sa.Column("series", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("cohort", sa.String(), nullable=True),
        sa.Column("same_as", sa.String(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("part_of", sa.String(), nullable=True),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("organiser", JsonColumn, nullable=True),
        sa.Column("days_written", sa.Boolean(), nullable=False),
        sa.Column("due", JsonColumn, nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("target", JsonColumn, nullable=True),
        sa.Column("invite", JsonColumn, nullable=True),
        sa.Column("reminders", JsonColumn, nullable=True),
        sa.Column("follow_ups", JsonColumn, nullable=True),
        sa.Column("invitations", JsonColumn, nullable=True),
        sa.Column("announced_as", sa.String(), nullable=True),
        sa.Column("spoken", JsonColumn, nullable=False),
        sa.Column("materials", JsonColumn, nullable=False),
        sa.Column("alarms", JsonColumn, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("facts_changed_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_id", "slug"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("event_listed", "event", ["programme_id", "status"], unique=False)
    op.create_table(
        "groupmember",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("programme_id", "group_name", "person_id"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_id", "person_id"),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "optout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("all_mail", sa.Boolean(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "programme_id"),
    )
    op.create_index(
        "optout_of_every_programme",
        "optout",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(EVERY_PROGRAMME_SQL),
        postgresql_where=sa.text(EVERY_PROGRAMME_SQL),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("after_restore", sa.Boolean(), nullable=False),
        sa.Column("since", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("pause_scope", "pause", [sa.text("coalesce(programme_id, 0)")], unique=True)
    op.create_table(
        "mailtext",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("slots", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("composed_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["mailtext.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("notice_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", JsonColumn, nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("side", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_organisation_programme_id"), "organisation", ["programme_id"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", JsonColumn, nullable=False),
        sa.Column("short_title", JsonColumn, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_series_programme_id"), "series", ["programme_id"], unique=False)
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", JsonColumn, nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("address", JsonColumn, nullable=True),
        sa.Column("map_link", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_venue_programme_id"), "venue", ["programme_id"], unique=False)
    op.create_table(
        "day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("undecided", sa.String(), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("title", JsonColumn, nullable=True),
        sa.Column("fold", sa.Integer(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("resolved_mode", sa.String(), nullable=False),
        sa.Column("resolved_venue", sa.String(), nullable=True),
        sa.Column("starts_at", UtcMoment(), nullable=True),
        sa.Column("ends_at", UtcMoment(), nullable=True),
        sa.Column("tzdata_version", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("changed_at", UtcMoment(), nullable=False),
        sa.Column("facts_since", UtcMoment(), nullable=False),
        sa.Column("removed_at", UtcMoment(), nullable=True),
        sa.Column("in_feeds", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", "slug"),
        sa.UniqueConstraint("uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("day_listed", "day", ["event_id", "in_feeds", "sequence", "changed_at", "on_date"], unique=False)
    op.create_table(
        "eventrevision",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", JsonColumn, nullable=False),
        sa.Column("offsets", JsonColumn, nullable=False),
        sa.Column("changed_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "revision"),
    )
    op.create_table(
        "eventrule",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("since", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.PrimaryKeyConstraint("event_id", "kind", "words"),
    )
    op.create_table(
        "feedlink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("one_bar", sa.Boolean(), nullable=False),
        sa.Column("alarm_minutes", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("revoked_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index(
        "feedlink_identity",
        "feedlink",
        [
            sa.text("coalesce(person_id, 0)"),
            sa.text("coalesce(event_id, 0)"),
            sa.text("coalesce(programme_id, 0)"),
            sa.text("coalesce(country, '')"),
            "language",
            "one_bar",
            sa.text("coalesce(alarm_minutes, -1)"),
        ],
        unique=True,
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("invited_at", UtcMoment(), nullable=False),
        sa.Column("left_at", UtcMoment(), nullable=True),
        sa.Column("rejoined_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("event_id", "person_id"),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "retiredevent",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("uid"),
    )
    op.create_index(op.f("ix_retiredevent_programme_id"), "retiredevent", ["programme_id"], unique=False)
    op.create_table(
        "seriesnumber",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("event_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("programme_id", "series", "number"),
    )
    op.create_index(op.f("ix_seriesnumber_event_id"), "seriesnumber", ["event_id"], unique=False)
    op.create_table(
        "storedwarning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_storedwarning_event_id"), "storedwarning", ["event_id"], unique=False)
    op.create_index(op.f("ix_storedwarning_programme_id"), "storedwarning", ["programme_id"], unique=False)
    op.create_table(
        "textevent",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["mailtext.id"],
        ),
        sa.PrimaryKeyConstraint("text_id", "event_id"),
    )
    op.create_index(op.f("ix_textevent_event_id"), "textevent", ["event_id"], unique=False)
    op.create_table(
        "told",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("told_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "event_id"),
    )
    op.create_index(op.f("ix_told_event_id"), "told", ["event_id"], unique=False)
    op.create_table(
        "cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("day_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("joins_from", sa.Date(), nullable=True),
        sa.Column("joins_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["day_id"],
            ["day.id"],
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("cause_joins", "cause", ["programme_id", "joins_to", "joins_from"], unique=False)
    op.create_index(
        "cause_identity",
        "cause",
        [
            "programme_id",
            sa.text("coalesce(event_id, 0)"),
            sa.text("coalesce(day_id, 0)"),
            "kind",
            "rule",
            "occurrence",
            "revision",
        ],
        unique=True,
    )
    op.create_index(op.f("ix_cause_event_id"), "cause", ["event_id"], unique=False)
    first = {"id": 1, "key_secret": secrets.token_bytes(32), "content_version": 0, "restores": 0}
    op.bulk_insert(installation, [first])


def downgrade() -> None:
    raise SchemaError("This schema cannot be taken back.", "restore the copy made before the upgrade")
