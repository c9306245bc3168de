"""What takes long and needs no place, made ready while the places are still being read."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import TapakError
from scoring.criteria import Criterion
from scoring.layers import Layers
from scoring.measure import Memory, layer_key
from scoring.people import people_laid_out


def make_ready(
    layers: Layers, criteria: Sequence[Criterion], *, letter: str, memory: Memory
) -> None:
    """Build networks and lay out people for the criteria of which nothing is kept.

    A criterion that was measured before asks for neither unless a place is new, and then they are
    read from where they are kept. A fault is left to whoever measures: it comes up there again.

    Parameters
    ----------
    layers : Layers
    criteria : sequence of Criterion
    letter : str
        Programme letter.
    memory : Memory
        Asked for what was measured before.
    """
    heavy = [c for c in criteria if c.travel or c.measure == "population_within"]
    new = [c for c in heavy if memory.recall(layer_key(layers, c, letter)) is None]
    modes = {str(c.parameters[letter]["mode"]): None for c in new if c.travel}
    people = not all(c.travel for c in new) and layers.get("people")
    try:
        for mode in modes:
            layers.network(mode)
        if people:
            people_laid_out(layers)
    except TapakError:
        return
