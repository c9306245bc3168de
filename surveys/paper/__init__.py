"""The paper channel: where everything stands on a sheet, and the reader of its photos."""
