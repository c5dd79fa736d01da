"""The diagram of a notice's states in docs/delivery.md. Run as a program (`make states`) it draws it anew."""

import re
from pathlib import Path

from convene.rules.notice_states import state_diagram

DELIVERY = Path(__file__).parents[2] / "docs" / "delivery.md"
_PLACE = re.compile(r"(?<=<!-- states: begin -->\n).*?(?=<!-- states: end -->)", re.DOTALL)


def with_states(text: str) -> str:
    """The page with the diagram as the table has it."""
    return _PLACE.sub(f"```mermaid\n{state_diagram()}```\n", text)


if __name__ == "__main__":
    DELIVERY.write_text(with_states(DELIVERY.read_text("utf-8")), "utf-8")
