/* All marks in view on one canvas, drawn anew when the map has moved and moved along meanwhile. */
const MARGIN = 0.3; // drawn beyond the edge, so that a short drag shows no gap

const TileMarks = L.Layer.extend({
  initialize(store, shown) {
    Object.assign(this, { store, shown, drawn: [], turn: 0 });
  },

  onAdd(map) {
    this._map = map;
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", map.getPanes().overlayPane);
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend resize", this.draw, this);
    map.on("move", this.leave, this);
    map.on("zoomanim", this.follow, this);
    this.draw();
  },

  follow(event) {
    if (!this.bounds) return;
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const corner = this._map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
    L.DomUtil.setTransform(this.canvas, corner, scale);
  },

  /* While a person drags: draw again before an edge without marks comes into view. */
  leave() {
    if (this._map._animatingZoom || !this.bounds || this.bounds.contains(this._map.getBounds())) return;
    if (!this.asked) {
      this.asked = true;
      requestAnimationFrame(() => { this.asked = false; this.draw(); });
    }
  },

  tiles(corner, whole, z) {
    const side = 256 * 2 ** (this._map.getZoom() - z); // pixels of a tile on the screen
    const origin = this._map.getPixelOrigin();
    const [from, to] = [corner, corner.add(whole)].map((p) => p.add(origin).divideBy(side).floor());
    const found = [];
    const last = 2 ** z - 1;
    for (let x = Math.max(0, from.x); x <= Math.min(last, to.x); x += 1) {
      for (let y = Math.max(0, from.y); y <= Math.min(last, to.y); y += 1) found.push(this.store.marks(z, x, y));
    }
    return found;
  },

  /* What is on the canvas stays until all that is needed has been decoded. */
  async draw() {
    const map = this._map;
    const mine = (this.turn += 1);
    const margin = map.getSize().multiplyBy(MARGIN).round();
    const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1)).round();
    const whole = map.getSize().add(margin.multiplyBy(2));
    const z = Math.max(FAR, Math.min(NEAR, Math.floor(map.getZoom()) - 1));
    const tiles = this.tiles(corner, whole, z);
    const held = tiles.every(Array.isArray) ? tiles : await Promise.all(tiles);
    if (mine !== this.turn || map._animatingZoom) return;
    this.zoom = map.getZoom();
    this.bounds = L.latLngBounds(
      map.layerPointToLatLng(corner.add([0, whole.y])),
      map.layerPointToLatLng(corner.add([whole.x, 0])),
    );
    this.place(corner, whole);
    this.paint(held.flat(), corner, whole);
    this.shown(this);
  },

  place(corner, whole) {
    const sharp = Math.min(2, globalThis.devicePixelRatio || 1);
    if (this.canvas.width !== whole.x * sharp || this.canvas.height !== whole.y * sharp) {
      this.canvas.width = whole.x * sharp;
      this.canvas.height = whole.y * sharp;
      this.canvas.style.width = `${whole.x}px`;
      this.canvas.style.height = `${whole.y}px`;
    }
    L.DomUtil.setTransform(this.canvas, corner, 1);
  },

  paint(marks, corner, whole) {
    const sharp = this.canvas.width / whole.x;
    const ctx = this.canvas.getContext("2d");
    ctx.setTransform(sharp, 0, 0, sharp, 0, 0);
    ctx.clearRect(0, 0, whole.x, whole.y);
    drawGrid(ctx, this._map, corner, whole);
    const world = 256 * 2 ** this.zoom;
    const origin = this._map.getPixelOrigin();
    this.drawn = [];
    for (const mark of marks) {
      const r = radiusOf(mark, this.zoom);
      const away = mark.turn ? r * 1.9 * Math.sqrt(mark.turn) : 0;
      const x = mark.x * world - origin.x - corner.x + away * Math.cos(mark.turn * 2.4);
      const y = mark.y * world - origin.y - corner.y + away * Math.sin(mark.turn * 2.4);
      if (x < -r || y < -r || x > whole.x + r || y > whole.y + r) continue;
      this.drawn.push({ mark, r, x: x + corner.x, y: y + corner.y });
    }
    this.drawn.sort((a, b) => b.mark.r - a.mark.r); // the best last, so on top
    for (const { mark, r, x, y } of this.drawn) {
      const { canvas, half } = stampOf(mark, r, sharp);
      ctx.drawImage(canvas, x - corner.x - half, y - corner.y - half, half * 2, half * 2);
    }
    this.ring(ctx, corner);
  },

  /* Around what is chosen: its mark, or where it lies in a mark that counts several. */
  ring(ctx, corner) {
    if (!this.chosen) return;
    const same = ({ mark }) => mark.r === this.chosen.r && mark.x === this.chosen.x && mark.turn === this.chosen.turn;
    const at = this._map.latLngToLayerPoint(whereIs(this.chosen));
    const own = this.drawn.find(same) ?? { x: at.x, y: at.y, r: 8 };
    for (const [width, colour] of [[6, "#ffffff"], [3, "#c2410c"]]) {
      ctx.beginPath();
      ctx.arc(own.x - corner.x, own.y - corner.y, own.r * 1.25 + 5, 0, 2 * Math.PI);
      ctx.lineWidth = width;
      ctx.strokeStyle = colour;
      ctx.stroke();
    }
  },

  choose(mark) {
    this.chosen = mark;
    this.draw();
  },

  /* What is under a point (layer pixels), the topmost of several; null for none. */
  hit(point) {
    for (let k = this.drawn.length - 1; k >= 0; k -= 1) {
      const { mark, r, x, y } = this.drawn[k];
      if ((x - point.x) ** 2 + (y - point.y) ** 2 <= (r + 4) ** 2) return mark;
    }
    return null;
  },

  /* Marks inside the window, the best first. */
  inView() {
    const view = this._map.getPixelBounds();
    const origin = this._map.getPixelOrigin();
    const inside = ({ x, y }) => view.contains([x + origin.x, y + origin.y]);
    return this.drawn.filter(inside).reverse().map(({ mark }) => mark);
  },
});

function whereIs(mark) {
  return L.CRS.EPSG3857.pointToLatLng(L.point(mark.x * 256, mark.y * 256), 0);
}
