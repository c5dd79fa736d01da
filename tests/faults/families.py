"""Every scenario, by its number."""

from tests.faults import changes, clocks, contention, databases, killed_workers, replies, scene

FAMILIES = (changes, clocks, contention, databases, killed_workers, replies)
"""Named so that the imports have a use: importing a family registers its scenarios."""

SCENARIOS = sorted(scene.SCENARIOS, key=lambda one: (int(one.name.strip("Fabcd")), one.name))
