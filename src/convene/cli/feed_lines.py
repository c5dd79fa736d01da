"""The links to feeds as lines of a table, and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from convene.usecases.feeds.feed_addresses import FeedAddresses
from convene.usecases.feeds.list_feeds import FeedView
from convene.usecases.feeds.publish_feed import FeedSubject

COLUMNS = ("about", "name", "language", "options", "generation", "created", "revoked")
LINK_COLUMNS = ("person", "language", "calendar", "page")


@dataclass(frozen=True)
class PrintedLink:
    """The addresses of one calendar, in its language."""

    subject: FeedSubject
    language: str
    addresses: FeedAddresses

    def as_json(self) -> dict[str, Any]:
        return {"person": self.subject.person, "language": self.language, **asdict(self.addresses)}


def link_row(link: PrintedLink) -> tuple[str, ...]:
    """Of a person's calendar."""
    return link.subject.person or "", link.language, link.addresses.url, link.addresses.page


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
