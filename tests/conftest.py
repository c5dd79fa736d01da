"""What holds for every test: hypothesis draws the same examples each time, and no slow machine fails one."""

from hypothesis import settings

settings.register_profile("convene", derandomize=True, deadline=None)
settings.load_profile("convene")
