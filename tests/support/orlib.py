"""Two small instances of the OR-Library with published optima.

Source: J. E. Beasley, OR-Library (people.brunel.ac.uk/~mastjjb/jeb/orlib): pmed1 (A note on solving
large p-median problems, EJOR 21, 1985: optimum 5819) and problem 1 of pmedcap1 (Osman & Christofides
1994: optimum 713).
"""

import numpy as np
from scipy.sparse.csgraph import shortest_path

PMED1_P, PMED1_OPTIMUM, PMED1_RADIUS = 5, 5819, 127
# edges of a ring 1-2-...-100-1, then chords (from, to, length)
_RING = """
30 46 1 28 31 69 39 14 84 59 10 28 63 9 100 98 70 94 22 14 87 82 55 2 32 77 95 29 59 91 89 50 40 88
94 60 21 89 47 63 45 46 24 77 60 45 50 93 22 84 16 85 68 93 37 26 29 38 10 32 67 66 52 19 39 12 86
72 73 65 2 8 96 43 39 61 90 8 58 91 58 13 79 59 28 46 24 63 81 14 52 64 75 71 51 75 57 31 49 88
"""
_CHORDS = """
80 5 90 85 69 51 20 19 30 85 13 22 81 95 54 58 73 37 64 51 89 39 76 89 13 8 77 91 76 51 52 95 96
91 75 33 80 91 84 35 80 46 54 86 35 30 70 5 19 7 9 74 53 50 11 37 4 19 92 70 62 94 96 60 52 34
24 59 63 42 45 68 19 60 53 60 27 86 15 50 31 38 18 27 81 30 99 1 29 6 22 52 11 54 59 75 5 7 8
41 44 80 41 76 42 44 12 56 61 65 73 20 93 35 9 99 28 45 68 19 16 79 96 13 42 3 68 4 28 58 17 60
21 81 34 35 7 7 21 14 82 26 32 26 6 63 83 31 69 53 91 78 32 45 59 33 42 57 5 8 53 66 65 94 61
94 90 63 73 33 88 39 21 59 42 85 34 30 57 37 34 94 52 62 38 56 26 29 20 48 98 53 4 33 45 31 63 82
8 52 31 37 81 14 50 27 16 27 14 48 88 33 8 56 30 76 87 91 17 33 49 77 70 30 74 25 99 19 95 30 96
14 85 90 49 8 96 96 5 87 73 4 41 99 32 35 95 1 31 99 3 49 18 75 100 58 47 68 35 60 5 38 16 70
54 40 52 95 55 47 54 17 45 9 83 75 97 66 81 9 48 92 90 95 96 4 27 27 75 22 48 62 7 55 79 3 57
15 69 46
"""
PMEDCAP1_P, PMEDCAP1_CAPACITY, PMEDCAP1_OPTIMUM = 5, 120, 713
_NODES = """
2 62 80 25 36 88 57 23 33 17 76 43 77 85 94 6 89 11 59 72 39 82 87 24 44 76 2 83 19 43 5 27 58 72
14 50 43 18 87 7 11 56 31 16 51 94 55 13 84 57 12 2 53 33 53 10 33 32 69 67 43 5 10 75 8 26 3 1 96
22 6 48 59 22 66 69 22 50 75 21 4 81 41 97 92 34 12 64 60 84 35 100 38 2 9 9 54 59 1 58
"""
_LOADS = """
3 14 1 14 19 2 14 6 7 6 10 18 3 6 20 4 14 11 19 15 15 4 13 13 5 16 3 7 14 17 3 3 12 14 20 13 10 9
6 18 7 20 9 1 8 5 1 7 9 2
"""


def pmed1():
    """Shortest distances between the 100 nodes of pmed1."""
    ring = np.array(_RING.split(), dtype=float)
    ends = np.arange(100)
    chords = np.array(_CHORDS.split(), dtype=float).reshape(-1, 3)
    graph = np.full((100, 100), np.inf)
    # a pair named twice keeps the length named last, as OR-Library asks
    for a, b, length in [
        *zip(ends, (ends + 1) % 100, ring, strict=True),
        *((int(a) - 1, int(b) - 1, length) for a, b, length in chords),
    ]:
        graph[a, b] = graph[b, a] = length
    np.fill_diagonal(graph, 0.0)
    return shortest_path(graph, directed=False)


def pmedcap1():
    """Whole distances between the 50 nodes of the first pmedcap problem, and their demand."""
    nodes = np.array(_NODES.split(), dtype=float).reshape(-1, 2)
    distance = np.floor(np.hypot(*(nodes[:, None] - nodes[None]).transpose(2, 0, 1)))
    return distance, np.array(_LOADS.split(), dtype=float)
