"""The command line's rooms: words typed at a terminal, each only a call to `work`."""
