/* Sites on one canvas: colour says the score class, shape the readiness, a hollow one is approximate. */
const INK = "#17222c";
const EXCLUDED_INK = "#6b7379";

function trace(path, status, x, y, r) {
  if (status === "bersyarat") {
    path.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  } else if (status === "survei_dulu") {
    const d = r * 1.28;
    path.moveTo(x, y - d);
    path.lineTo(x + d, y);
    path.lineTo(x, y + d);
    path.lineTo(x - d, y);
    path.closePath();
  } else if (status === "excluded") {
    const d = r * 0.72;
    path.moveTo(x - d, y - d);
    path.lineTo(x + d, y + d);
    path.moveTo(x + d, y - d);
    path.lineTo(x - d, y + d);
  } else {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/* The same drawing serves the map and every legend, so they cannot differ. */
function drawMark(ctx, { status, colour, hollow }, x, y, r) {
  const shape = new Path2D();
  trace(shape, status, x, y, r);
  ctx.lineJoin = "round";
  if (status === "excluded") {
    ctx.lineWidth = 3.4;
    ctx.strokeStyle = "rgba(255,255,255,.85)";
    ctx.stroke(shape);
    ctx.lineWidth = 1.6;
    ctx.strokeStyle = EXCLUDED_INK;
    ctx.stroke(shape);
    return;
  }
  ctx.fillStyle = colour;
  ctx.fill(shape);
  ctx.lineWidth = 1;
  ctx.strokeStyle = INK;
  ctx.stroke(shape);
  if (!hollow) return;
  const hole = new Path2D();
  trace(hole, status, x, y, r * 0.45);
  ctx.fillStyle = "#ffffff";
  ctx.fill(hole);
  ctx.lineWidth = 0.8;
  ctx.stroke(hole);
}

function markOf(i) {
  const status = cell("status", i);
  const colour = status === "excluded" ? null : page.colours[scoreClass(page.sites.score[i])];
  return { status, colour, hollow: page.sites.approximate[i] === 1 };
}

/* A mark as a small picture beside words. */
function markIcon(mark, size = 18) {
  const canvas = make("canvas", "icon");
  const sharp = 2;
  canvas.width = size * sharp;
  canvas.height = size * sharp;
  canvas.setAttribute("aria-hidden", "true");
  const ctx = canvas.getContext("2d");
  ctx.scale(sharp, sharp);
  drawMark(ctx, mark, size / 2, size / 2, size * 0.34);
  return canvas;
}

const SiteMark = L.CircleMarker.extend({
  _project() {
    const zoom = this._map.getZoom() - this._map.tapakZoom;
    const base = this._map.tapakRadius;
    this.drawn = Math.max(base * 0.8, Math.min(9, base + zoom * 0.9));
    this._radius = this.drawn * 1.3;
    this._point = this._map.latLngToLayerPoint(this._latlng);
    const { turn } = this.options; // sites on one and the same point stand around it, all visible
    if (turn > 0) {
      const away = this.drawn * 1.7 * Math.sqrt(turn);
      this._point = this._point.add([away * Math.cos(turn * 2.4), away * Math.sin(turn * 2.4)]);
    }
    this._updateBounds();
  },
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    drawMark(renderer._ctx, this.options.mark, this._point.x, this._point.y, this.drawn);
  },
  shownAt() {
    return this._map ? this._map.layerPointToLatLng(this._point) : this._latlng;
  },
});

/* Make every mark, best last; returns the two switchable groups and the marks by site. */
function makeMarks(renderer) {
  const { at, rank } = page.sites;
  const ranked = L.featureGroup();
  const excluded = L.featureGroup();
  const taken = new Map();
  const turns = at.map((units) => {
    if (!units) return 0;
    const key = units.join();
    const turn = taken.get(key) || 0;
    taken.set(key, turn + 1);
    return turn;
  });
  const marks = new Array(at.length);
  for (let i = at.length - 1; i >= 0; i -= 1) {
    if (!at[i]) continue;
    const options = { renderer, stroke: false, mark: markOf(i), turn: turns[i] };
    marks[i] = new SiteMark(latLng(at[i], 1e-6), options);
    marks[i].site = i;
    marks[i].addTo(rank[i] > 0 ? ranked : excluded);
  }
  return { ranked, excluded, marks };
}
