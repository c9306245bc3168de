"""Who uses the app: whoever sits at the office's own machine, until accounts are set up."""

from __future__ import annotations

from work.roles import acting, name_actor


def use_actor() -> None:
    """Name who is acting in this run."""
    name_actor(acting())
