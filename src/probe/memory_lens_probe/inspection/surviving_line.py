"""What a line left alive, as the graphs of objects find it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Mapping, Union


class OutOfTime(Exception):
    """The graph could not be looked at in the time and the memory that there are for it."""


class SurvivingLine:
    """What a line left alive.

    Args:
        place: Fields of the message that say which line it is.

    Attributes:
        place: The same.
        live_bytes: Of all its objects.
        biggest_bytes: Of its biggest object, or of what that one keeps apart from itself.
        address: Of that object.
        references: To it, ours left out.
        texts: Of values that are texts: how many, how many of them differ, bytes of those that are equal to another.
        data: The same of bytes.
    """

    def __init__(self, place: Mapping[str, Union[str, int]]) -> None:
        self.place = place
        self.live_bytes = 0.0
        self.biggest_bytes = 0.0
        self.address = 0
        self.references = 0
        self.texts: List[float] = [0, 0, 0]
        self.data: List[float] = [0, 0, 0]
