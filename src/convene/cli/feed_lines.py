"""The links to feeds as lines of a table."""

from convene.usecases.list_feeds import FeedView

COLUMNS = ("about", "name", "language", "options", "generation", "created", "revoked")


def feed_row(feed: FeedView) -> tuple[str, ...]:
    """Dates are those of UTC."""
    about, name = next((kind, name) for kind, name in vars(feed.subject).items() if name is not None)
    return (
        about,
        name,
        feed.language,
        shown_options(feed),
        str(feed.generation),
        f"{feed.created_at:%Y-%m-%d}",
        f"{feed.revoked_at:%Y-%m-%d}" if feed.revoked_at else "",
    )


def shown_options(feed: FeedView) -> str:
    """The options as one types them."""
    bar = "--one-bar" if feed.options.one_bar else ""
    alarm = f"--alarm {feed.options.alarm_minutes}" if feed.options.alarm_minutes is not None else ""
    return " ".join(part for part in (bar, alarm) if part)
