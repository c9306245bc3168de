"""Asset registers: what agencies list, read as places, placed, and told back to them."""

from data.assets.read import AssetOptions, AssetTable, merge_ids, read_assets

__all__ = ["AssetOptions", "AssetTable", "merge_ids", "read_assets"]
