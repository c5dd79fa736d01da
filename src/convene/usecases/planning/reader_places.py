"""The distinct ways in which people stand to a programme: each worked out once, however many people share it."""

from convene.rules.facts import Whereabouts
from convene.rules.working_days import FreeDay, always_working
from convene.store.invited_groups import PlaceColumns
from convene.store.programme_rows import PersonTraits, ProgrammeRows
from convene.usecases.events.describe_events import Standing, standing
from convene.usecases.planning.free_days import free_days


class Places:
    """Standings by number, found by the traits that decide them; and the whereabouts that they share."""

    def __init__(self, rows: ProgrammeRows) -> None:
        self._rows = rows
        self._by_traits: dict[PersonTraits, int] = {}
        self._standings: dict[Standing, int] = {}
        self._whereabouts: list[Whereabouts] = []
        self._weekends = {country: tuple(days) for country, days in rows.programme.weekends.items()}

    def of(self, traits: PersonTraits) -> int:
        """The number of the standing that people with these traits have."""
        if traits not in self._by_traits:
            known = standing(self._rows, traits)
            self._by_traits[traits] = self._standings.setdefault(known, len(self._standings))
            if known.whereabouts not in self._whereabouts:
                self._whereabouts.append(known.whereabouts)
        return self._by_traits[traits]

    def whereabouts(self, whereabouts_id: int) -> Whereabouts:
        return self._whereabouts[whereabouts_id]

    def is_free(self, whereabouts_id: int) -> FreeDay:
        """The free days of the country that counts for these people; none where the programme ignores them."""
        if self._rows.programme.working_days != "observe":
            return always_working
        return free_days(self._whereabouts[whereabouts_id].country, self._weekends)

    def columns(self) -> dict[int, PlaceColumns]:
        """What the notices record of each standing."""
        return {
            number: PlaceColumns(
                self._whereabouts.index(known.whereabouts),
                known.language.language,
                known.language.source,
                known.zone.assumed,
            )
            for known, number in self._standings.items()
        }
