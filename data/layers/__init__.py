"""Layers: boundaries, people, hazards, places and roads, read and checked with each other."""

from data.layers.read import (
    HAZARDS,
    KINDS,
    READER_VERSION,
    LayerOptions,
    LayerReading,
    read_layer,
)

__all__ = ["HAZARDS", "KINDS", "READER_VERSION", "LayerOptions", "LayerReading", "read_layer"]
