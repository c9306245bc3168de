"""What lies over an area: the mean class of the polygons that cover it, and how far it varies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import require_metric
from geo.touch import Places

Floats = npt.NDArray[np.float64]


def class_over(
    areas: Places, polygons: Places, classes: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Area-weighted mean class over each area.

    ``mean_i = Σ_j a_ij c_j / Σ_j a_ij`` and ``sd_i = √(Σ_j a_ij (c_j − mean_i)² / Σ_j a_ij)``,
    with a_ij the area of polygon j inside area i.

    Parameters
    ----------
    areas : GeoSeries or GeoDataFrame, length n
        Metric CRS.
    polygons : GeoSeries or GeoDataFrame, length m
        Same CRS; they should not overlap each other.
    classes : array_like, shape (m,)

    Returns
    -------
    mean, sd : ndarray, shape (n,)
        NaN where no polygon covers anything.
    share_covered_0_1 : ndarray, shape (n,)
        Part of each area that the polygons cover, at most 1.
    """
    require_metric(areas, what="areas")
    require_metric(polygons, what="polygons")
    mine, theirs = areas.geometry.to_numpy(), polygons.geometry.to_numpy()
    value = np.asarray(classes, dtype=float)
    i, j = shapely.STRtree(theirs).query(mine, predicate="intersects")
    cut_m2 = np.asarray(shapely.area(shapely.intersection(mine[i], theirs[j])), dtype=float)
    n = len(mine)
    covered = np.bincount(i, cut_m2, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(covered > 0, np.bincount(i, cut_m2 * value[j], n) / covered, np.nan)
        spread = np.bincount(i, cut_m2 * (value[j] - mean[i]) ** 2, n) / covered
        share = np.minimum(covered / shapely.area(mine), 1.0)
    return mean, np.sqrt(np.where(covered > 0, spread, np.nan)), np.nan_to_num(share)
