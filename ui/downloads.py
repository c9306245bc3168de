"""What a download button gives: made when it is pressed, in the name of who saw the button."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context

import words
from work.roles import acting, name_actor


def later(call: Callable[..., bytes], *args: object) -> Callable[[], bytes]:
    """Make what Streamlit calls when a button is pressed: outside any run of a page.

    It calls from a thread that knows neither who acts nor their language, so both are taken along
    from the run that showed the button; whoever may no longer do it is refused by `call` itself
    as soon as the page has run again.
    """
    actor, language = acting(), words.language.get()

    def named() -> bytes:
        name_actor(actor)
        words.language.set(language)
        return call(*args)

    return lambda: copy_context().run(named)
