"""How hard feeds are tried: once over in `make test`, fifty times as hard and by every reader in `make check-feeds`."""

import os

MUST_BE_COMPLETE = bool(os.environ.get("CHECK_FEEDS"))
EFFORT = 50 if MUST_BE_COMPLETE else 1
