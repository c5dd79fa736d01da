"""How hard the feeds are tried: once over in `make test`, fifty times as often in `make check-feeds`."""

import os

EFFORT = 50 if os.environ.get("CHECK_FEEDS") else 1
