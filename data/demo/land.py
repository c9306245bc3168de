"""The demo district's outline, its 20 kecamatan and 278 desa: a coverage without gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.facts import (
    CRS_M,
    KECAMATAN,
    KELURAHAN,
    NAME_HEADS,
    NAME_TAILS,
    REGENCY,
    SYNTHETIC,
)
from data.demo.ground import Floats, Grid, Ground, Ints, Mask, noise, to_m

TOWN = next(i for i, k in enumerate(KECAMATAN) if k.name == REGENCY)


@dataclass(frozen=True, slots=True)
class Land:
    """The district's areas.

    Parameters
    ----------
    areas : GeoDataFrame
        One row a desa, UTM 49S: kode_kemendagri, desa, jenis, kecamatan, luas_km2, keterangan.
    kecamatan_of : int array
        Position in `KECAMATAN` of each desa.
    centre_m : array (desa × 2)
        Where each desa's houses gather: a flat spot near its middle.
    labels : int array of the grid's shape
        Position of the desa at each cell, -1 outside.
    """

    areas: Any
    kecamatan_of: Ints
    centre_m: Floats
    labels: Ints

    @property
    def boundary(self) -> Any:
        """The outline, metric: the exact union of the desa."""
        return shapely.coverage_union_all(np.asarray(self.areas.geometry))


def _largest_part(mask: Mask) -> Mask:
    from scipy.ndimage import label

    parts, count = label(mask)
    if count < 2:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())


def _outline(xy: tuple[Floats, Floats], *, cell_m: float) -> Mask:
    """Draw a blob around the kecamatan's middles (summed bells) with the published area."""
    from scipy.ndimage import binary_fill_holes

    field = np.zeros_like(xy[0])
    for k, (x, y) in zip(KECAMATAN, to_m(tuple((k.x_km, k.y_km) for k in KECAMATAN)), strict=True):
        away2 = (xy[0] - x) ** 2 + (xy[1] - y) ** 2
        field += np.exp(-1.5 * away2 / (k.area_km2 * 1e6 / np.pi))
    wanted = sum(k.area_km2 for k in KECAMATAN) * 1e6 / cell_m**2
    low, high = 0.0, float(field.max())
    for _ in range(20):
        cut = (low + high) / 2
        mask = binary_fill_holes(_largest_part(field > cut))
        low, high = (cut, high) if mask.sum() > wanted else (low, cut)
    return np.asarray(mask)


def _balanced(xy: Floats, seeds: Floats, target_m2: Floats) -> Ints:
    """Power diagram: label every point by its seed so that the labels' areas meet the targets.

    A point belongs to the seed with the smallest |x - s|² - w; each round moves w towards the
    wanted area (Aurenhammer, Hoffmann & Aronov 1998), measured on a thinned set of points.
    """
    distance2 = ((xy[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2)
    thin = distance2[:: max(1, len(xy) // 5000)]
    weight = np.zeros(len(seeds))
    area_m2 = float(target_m2.sum()) / len(thin)
    for step in 0.4 / (1.0 + np.arange(140) / 12.0):
        held = np.bincount((thin - weight).argmin(axis=1), minlength=len(seeds))
        weight += step * (target_m2 - held * area_m2)
    return np.asarray((distance2 - weight).argmin(axis=1), dtype=np.int64)


def _neighbours(labels: Ints) -> Ints:
    """Stack each cell's four neighbours (4 × rows × columns), -1 beyond the grid."""
    height, width = labels.shape
    padded = np.pad(labels, 1, constant_values=-1)
    corners = ((0, 1), (2, 1), (1, 0), (1, 2))
    return np.stack([padded[r : r + height, c : c + width] for r, c in corners])


def _whole(labels: Ints, inside: Mask) -> Ints:
    """Keep each label's largest part; its crumbs are taken over, ring by ring, from beside them."""
    from scipy.ndimage import find_objects

    kept = np.full(labels.shape, -1, dtype=np.int64)
    for value, box in enumerate(find_objects(labels + 1)):
        kept[box][_largest_part(labels[box] == value)] = value
    while (open_cells := inside & (kept < 0)).any():
        kept[open_cells] = _neighbours(kept).max(axis=0)[open_cells]
    return kept


def _split_desa(rng: np.random.Generator, xy: Floats, *, count: int, area_m2: float) -> Ints:
    """Divide one kecamatan's cells among its desa, of unequal size."""
    seeds = xy[rng.choice(len(xy), count, replace=False)]
    for _ in range(6):
        near = ((xy[:, None, :] - seeds) ** 2).sum(axis=2).argmin(axis=1)
        size = np.bincount(near, minlength=count)
        sums = np.column_stack([np.bincount(near, xy[:, d], minlength=count) for d in (0, 1)])
        seeds = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], seeds)
    share = rng.lognormal(0.0, 0.3, count)
    order = np.lexsort((-seeds[:, 1], np.round(seeds[:, 0] / 3000.0)))
    return _balanced(xy, seeds[order], share / share.sum() * area_m2)


def _kecamatan(xy: Floats, inside: Mask, *, cell_m: float) -> Ints:
    """Label the cells inside by kecamatan, each one piece of nearly its published area."""
    middles = to_m(tuple((k.x_km, k.y_km) for k in KECAMATAN))
    wanted_m2 = np.array([k.area_km2 * 1e6 for k in KECAMATAN])
    target_m2, labels = wanted_m2, np.full(inside.shape, -1, dtype=np.int64)
    for _ in range(4):  # crumbs change hands, so aim again by what was missed
        labels[inside] = _balanced(xy, middles, target_m2)
        labels = _whole(labels, inside)
        held_m2 = np.bincount(labels[inside], minlength=len(KECAMATAN)) * cell_m**2
        target_m2 = np.maximum(target_m2 + 0.7 * (wanted_m2 - held_m2), wanted_m2 / 2)
    return labels


def _labels(rng: np.random.Generator, grid: Grid) -> tuple[Ints, Ints]:
    """Label the grid by desa; also say which kecamatan each desa lies in."""
    from scipy.ndimage import find_objects

    east, north = grid.centres()
    bend = [350.0 * noise(rng, grid, longest_m=5000.0, power=1.7) for _ in range(2)]
    warped = (east + bend[0], north + bend[1])
    inside = _outline(warped, cell_m=grid.cell_m)
    xy = np.column_stack([warped[0][inside], warped[1][inside]])
    kecamatan = _kecamatan(xy, inside, cell_m=grid.cell_m)
    desa = np.full(grid.shape, -1, dtype=np.int64)
    first = 0
    for i, k in enumerate(KECAMATAN):
        box = find_objects(kecamatan + 1)[i]
        here = kecamatan[box] == i
        cells = np.column_stack([axis[box][here] for axis in warped])
        part = np.full(here.shape, -1, dtype=np.int64)
        part[here] = _split_desa(rng, cells, count=k.desa, area_m2=k.area_km2 * 1e6)
        desa[box][here] = _whole(part, here)[here] + first
        first += k.desa
    return desa, np.repeat(np.arange(len(KECAMATAN)), [k.desa for k in KECAMATAN])


def polygons(labels: npt.NDArray[np.int32], grid: Grid, *, smooth_m: float) -> tuple[Any, Ints]:
    """Outline the cells of equal label (those ≥ 0) as polygons that share their edges exactly.

    Returns
    -------
    shapes : object array of metric polygons
    values : int array, the label of each
    """
    from rasterio.features import shapes

    found = [
        (shapely.Polygon(s["coordinates"][0], s["coordinates"][1:]), int(value))
        for s, value in shapes(labels, mask=labels >= 0)
    ]
    # a vertex at every cell corner: neighbours then meet vertex on vertex, as a coverage must
    stairs = shapely.segmentize(np.array([shape for shape, _ in found], dtype=object), 1.0)
    corner, step = np.array([grid.west_m, grid.north_m]), np.array([grid.cell_m, -grid.cell_m])
    metric = shapely.transform(stairs, lambda xy: corner + np.round(xy) * step)
    values = np.array([value for _, value in found], dtype=np.int64)
    return shapely.coverage_simplify(metric, smooth_m), values


def _centres(labels: Ints, ground: Ground) -> Floats:
    """Find the flattest spot near each desa's middle, away from its rim and the river."""
    from scipy.ndimage import distance_transform_edt, maximum, minimum_position, uniform_filter

    grid = ground.grid
    rim = (_neighbours(labels) != labels).any(axis=0)
    desa = np.arange(labels.max() + 1)
    inner_m = distance_transform_edt(~rim) * grid.cell_m
    deepest_m = np.append(maximum(inner_m, labels, desa), np.inf)[labels]
    wet = np.where(np.minimum(ground.river_m, ground.branch_m) < 350.0, 8.0, 0.0)
    rimward = np.where(inner_m < 0.55 * deepest_m, 100.0, 0.0)
    cost = uniform_filter(ground.slope_deg, 5) + wet + rimward
    spots = minimum_position(cost, labels, desa)
    row, column = np.array(spots).T
    east, north = grid.centres()
    return np.column_stack([east[row, column], north[row, column]])


def _names(rng: np.random.Generator) -> list[str]:
    """One name a desa: some come in pairs (Kulon, Wetan), a few recur in another kecamatan."""
    every = [head + tail for head in NAME_HEADS for tail in NAME_TAILS]
    pool = [every[i] for i in rng.permutation(len(every))]
    names: list[str] = []
    for i, k in enumerate(KECAMATAN):
        own = [pool.pop() for _ in range(k.desa - 1)]
        own += [f"{own[-1]} Wetan"]
        own[-2] += " Kulon"
        if i % 4 == 3:
            own[0] = names[-1 - k.number]  # from the kecamatan before: names alone may mislead
        names += own
    return names


def make_land(rng: np.random.Generator, *, ground: Ground) -> Land:
    """Invent outline, kecamatan and desa so that their areas come near the published ones."""
    import geopandas as gpd

    labels, kecamatan_of = _labels(rng, ground.grid)
    shapes, order = polygons(labels.astype(np.int32), ground.grid, smooth_m=130.0)
    shapes = shapes[np.argsort(order)]
    codes, kinds = [], []
    for i, k in enumerate(KECAMATAN):
        for serial in range(1, k.desa + 1):
            town = i == TOWN and serial <= KELURAHAN
            codes.append(f"{k.code}.{1 if town else 2}{serial:03d}")
            kinds.append("kelurahan" if town else "desa")
    columns = {
        "kode_kemendagri": codes,
        "desa": _names(rng),
        "jenis": kinds,
        "kecamatan": [KECAMATAN[i].name for i in kecamatan_of],
        "luas_km2": np.round(shapely.area(shapes) / 1e6, 3),
        "keterangan": SYNTHETIC,
    }
    areas = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS_M)
    return Land(areas, kecamatan_of, _centres(labels, ground), labels)
