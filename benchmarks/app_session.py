"""One session of the app without a browser: what a browser would send, and what comes back."""

from __future__ import annotations

import json
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

RUN_ENDS = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
MOST_BYTES = 200_000_000


class Session:
    """A person's page, spoken to in Streamlit's own messages."""

    def __init__(self, address: str, page: str) -> None:
        self.socket = connect(
            f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=MOST_BYTES
        )
        self.ids: dict[str, str] = {}
        self.page_hash = ""
        self.received_bytes = 0
        self.weights: dict[str, Any] = {}
        self.run(page_name=page)

    def run(self, *, page_name: str = "", state: dict[str, Any] | None = None) -> float:
        """Ask for a run and wait for its end; returns the seconds it took."""
        asked = BackMsg()
        asked.rerun_script.page_name = page_name
        asked.rerun_script.page_script_hash = self.page_hash
        if state is not None:
            for name, value in state.items():
                widget = asked.rerun_script.widget_states.widgets.add()
                widget.id, widget.json_value = self.ids[name], json.dumps(value)
        start = time.perf_counter()
        self.socket.send(asked.SerializeToString())
        self._receive()
        return time.perf_counter() - start

    def _receive(self) -> None:
        while True:
            raw = self.socket.recv(timeout=60)
            self.received_bytes += len(raw)
            told = ForwardMsg.FromString(raw)
            kind = told.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = told.new_session.page_script_hash or self.page_hash
            elif kind == "delta":
                self._element(told.delta)
            elif kind == "script_finished" and told.script_finished in RUN_ENDS:
                return

    def _element(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        if element.WhichOneof("type") != "bidi_component":
            return
        component = element.bidi_component
        self.ids[component.component_name.split(".")[-1]] = component.id
        if component.component_name.endswith("tapak_weights") and not self.weights:
            self.weights = json.loads(component.json or "{}")["now"]

    def move(self, benefit: float) -> float:
        """Move the dial between the groups; returns the seconds until everything has come."""
        sent = {"groups": {"benefit": benefit, "safety": 100 - benefit}}
        return self.run(
            state={"tapak_weights": {"sent": sent | {"weights": self.weights["weights"]}}}
        )

    def close(self) -> None:
        """End the session."""
        self.socket.close()
