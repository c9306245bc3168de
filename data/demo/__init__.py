"""The demo district: invented land, streets, people and registers shaped on published figures."""

from data.demo.district import NAMES, DemoFile, write_district

__all__ = ["NAMES", "DemoFile", "write_district"]
