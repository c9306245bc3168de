"""What comes home from the field: any file a channel gives, read to plain rows."""

from data.returns.read import read_returns
from data.returns.types import RawRow, Reading

__all__ = ["RawRow", "Reading", "read_returns"]
