"""Serves the real app over an invented board: python board_server.py PORT [--sites N] [--hostile]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def main() -> None:
    """Put the invented board in place of a study on disk, then start Streamlit on app.py."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--bare", action="store_true", help="no boundaries, not synthetic")
    parser.add_argument("--areas", type=Path, help="kecamatan to use instead of the invented ones")
    given = parser.parse_args()

    import boards
    import geopandas as gpd
    from streamlit.web import cli

    import work.board
    from ui.serve import command

    areas = None
    if given.areas:
        areas = gpd.read_file(given.areas).to_crs(boards.worlds.UTM)
        areas["name"] = areas[
            next(c for c in ("name", "kecamatan", "ADM3_EN") if c in areas.columns)
        ]

    def open_board(folder: Path, *, programme: str | None = None) -> work.board.Board:
        return boards.board(
            given.sites,
            programme=programme,
            hostile=given.hostile,
            synthetic=not given.bare,
            outlines=not given.bare,
            areas=areas,
            folder=folder,
        )

    work.board.open_board = open_board
    sys.argv = ["streamlit", *command(Path("distrik-uji"), given.port)[3:]]
    cli.main()


if __name__ == "__main__":
    main()
