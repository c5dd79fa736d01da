"""How long delivery waits for what: real seconds, never those of a frozen clock (design section 5, "Clocks")."""

from dataclasses import dataclass

_MOST_DOUBLED = 6


@dataclass(frozen=True)
class Patience:
    """All in seconds; tests that would take minutes scale them down.

    - `lease`: how long a worker's claims hold after its last sign of life; `renewal`: how often it gives one.
    - `connect`: for a connection, TLS and the log-in together; `command`: for the reply to a command.
    - `ending`: for such a reply once the worker is to end; the body has not left, and the mail is given back.
    - `end_of_data`: for the reply to the final dot. RFC 5321 4.5.3.2.6: a server may think for ten minutes; asking
      earlier makes second copies.
    - `idle`: after which a connection without mail is closed.
    - `reconnect`: between two tries to reach a server that takes nothing at present; longer where it does not
      answer the mails that it lets come (`reconnect_after`).
    - `fresh`: how old the last look at the facts may be when a body leaves.
    - `linger`: how long a reply may wait to be recorded together with others.
    - `tick`: between two looks at what is due.
    """

    lease: float = 60.0
    renewal: float = 15.0
    connect: float = 60.0
    command: float = 300.0
    ending: float = 10.0
    end_of_data: float = 600.0
    idle: float = 30.0
    reconnect: float = 10.0
    fresh: float = 0.5
    linger: float = 0.01
    tick: float = 1.0

    def reconnect_after(self, unknown_in_a_row: int) -> float:
        """The same where so many tries in a row ended with a mail that left and got no answer: twice as long after each
        further one, which may have made a copy too many; 64 times at most.
        """
        return float(self.reconnect * 2 ** min(max(unknown_in_a_row - 1, 0), _MOST_DOUBLED))

    def scaled(self, factor: float) -> "Patience":
        """Everything by `factor`, but for those that are short already."""
        return Patience(
            lease=self.lease * factor,
            renewal=self.renewal * factor,
            connect=self.connect * factor,
            command=self.command * factor,
            ending=self.ending * factor,
            end_of_data=self.end_of_data * factor,
            idle=self.idle * factor,
            reconnect=self.reconnect * factor,
        )
