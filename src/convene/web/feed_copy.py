"""One feed as it goes over the wire: its bytes with their validators, plain and compressed (RFC 9110, RFC 9111)."""

import gzip
import zlib
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus

from convene.usecases.feeds.publish_feed import Feed
from convene.web.answer import Answer, Header

CACHE_SECONDS = 300
_GZIP_LEVEL = 6
_SMALL_BYTES = 65_536
"""So much is compressed in a millisecond: at once, so that the first answer is as all later ones."""

# A compressed copy has a tag before it is made, and made elsewhere: by another zlib it may be of other bytes.
_GZIP_TAG = f"-gzip{_GZIP_LEVEL}-{zlib.ZLIB_RUNTIME_VERSION}".encode("ascii")


@dataclass(frozen=True)
class Variant:
    """A calendar in one coding. `etag` is strong: equal for equal bytes alone (RFC 9110 8.8.3)."""

    etag: bytes
    found: Answer
    not_modified: Answer


class FeedCopy:
    """A calendar with all that is said about it. `plain` is at hand, `gzip` once somebody wanted it and it was made."""

    def __init__(self, feed: Feed) -> None:
        digest = feed.digest.encode("ascii")
        written = format_datetime(feed.changed_at.astimezone(UTC), usegmt=True).encode("ascii")
        self._about = (
            # Of every kind of feed: its address is a key, and a copy that others share would outlive its withdrawal.
            (b"cache-control", b"private, max-age=%d" % CACHE_SECONDS),
            (b"vary", b"accept-encoding"),
            (b"last-modified", written),
        )
        self.plain = self._variant(b'"' + digest + b'"', feed.body)
        self.gzip_etag = b'"' + digest + _GZIP_TAG + b'"'
        self.gzip: Variant | None = None
        self.gzip_not_modified = self._not_modified(self.gzip_etag)
        self.gzip_begun = len(feed.body) <= _SMALL_BYTES
        if self.gzip_begun:
            self.compress()

    def compress(self) -> Variant:
        """Make `gzip`: of a large calendar in tens of milliseconds. The same bytes wherever zlib is the same."""
        if self.gzip is None:
            body = gzip.compress(self.plain.found.body, _GZIP_LEVEL, mtime=0)
            self.gzip = self._variant(self.gzip_etag, body, (b"content-encoding", b"gzip"))
        return self.gzip

    def _variant(self, etag: bytes, body: bytes, *coding: Header) -> Variant:
        headers = ((b"content-type", b"text/calendar; charset=utf-8"), (b"content-length", b"%d" % len(body)))
        found = Answer(HTTPStatus.OK, *headers, *coding, (b"etag", etag), *self._about, body=body)
        return Variant(etag, found, self._not_modified(etag))

    def _not_modified(self, etag: bytes) -> Answer:
        return Answer(HTTPStatus.NOT_MODIFIED, (b"etag", etag), *self._about)
