/* All marks on one canvas: thousands are redrawn in milliseconds, the best always on top. */
function makeMarkLayer(L, sites, turns) {
  const MARGIN = 0.25; // drawn beyond the edge, so that a short drag shows no gap
  const stamps = makeStamps();

  return new (L.Layer.extend({
    onAdd(map) {
      this.map = map;
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", map.getPanes().overlayPane);
      this.world = sites.lon.map((lon, i) => (lon == null ? null : map.project([sites.lat[i], lon], 0)));
      map.on("moveend resize", this.draw, this);
      map.on("zoomanim", this.follow, this);
      return this;
    },

    onRemove(map) {
      map.off("moveend resize", this.draw, this);
      map.off("zoomanim", this.follow, this);
      this.canvas.remove();
    },

    follow(event) {
      if (!this.bounds) return;
      const scale = this.map.getZoomScale(event.zoom);
      const corner = this.map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
      L.DomUtil.setTransform(this.canvas, corner, scale);
    },

    show(now, palette, visible) {
      Object.assign(this, { now, palette, visible });
      this.draw();
    },

    /* Smaller where many stand on little ground, larger as a person comes closer. */
    radius() {
      const { x, y } = this.map.getSize();
      const base = Math.max(3.2, Math.min(5.8, 0.24 * Math.sqrt((x * y) / Math.max(1, sites.id.length))));
      return Math.max(base * 0.8, Math.min(9, base + (this.map.getZoom() - this.map.tapakZoom) * 0.9));
    },

    /* Where a site is drawn, in layer pixels; null where its place is not known. */
    at(i) {
      const world = this.world[i];
      if (!world) return null;
      const scale = 2 ** this.map.getZoom();
      const origin = this.map.getPixelOrigin();
      const turn = turns[i];
      const away = turn ? this.radius() * 1.7 * Math.sqrt(turn) : 0;
      return {
        x: world.x * scale - origin.x + away * Math.cos(turn * 2.4),
        y: world.y * scale - origin.y + away * Math.sin(turn * 2.4),
      };
    },

    draw() {
      if (!this.now) return;
      const size = this.map.getSize();
      const margin = size.multiplyBy(MARGIN).round();
      const corner = this.map.containerPointToLayerPoint(margin.multiplyBy(-1)).round();
      const whole = size.add(margin.multiplyBy(2));
      const sharp = Math.min(2, globalThis.devicePixelRatio || 1);
      this.canvas.width = whole.x * sharp;
      this.canvas.height = whole.y * sharp;
      this.canvas.style.width = `${whole.x}px`;
      this.canvas.style.height = `${whole.y}px`;
      L.DomUtil.setTransform(this.canvas, corner, 1);
      this.bounds = L.latLngBounds(
        this.map.layerPointToLatLng(corner.add([0, whole.y])),
        this.map.layerPointToLatLng(corner.add([whole.x, 0])),
      );
      const ctx = this.canvas.getContext("2d");
      ctx.scale(sharp, sharp);
      this.paint(ctx, corner, whole);
    },

    paint(ctx, corner, whole) {
      const { order, band } = this.now;
      const r = this.radius();
      this.drawn = new Map();
      for (let k = order.length - 1; k >= 0; k -= 1) {
        const i = order[k];
        const p = this.at(i);
        if (!p) continue;
        const [x, y] = [p.x - corner.x, p.y - corner.y];
        if (x < -r || y < -r || x > whole.x + r || y > whole.y + r) continue;
        const seen = this.visible[i];
        if (seen) this.drawn.set(i, p);
        ctx.globalAlpha = seen ? 1 : 0.13;
        const mark = { status: sites.status[i], band: band[i], hollow: sites.approximate[i] === 1 };
        stamps.draw(ctx, this.palette, mark, x, y, seen ? r : r * 0.7);
      }
      ctx.globalAlpha = 1;
    },

    /* The site under a point (layer pixels), the best one of several; -1 for none. */
    hit(point) {
      const reach = (this.radius() + 4) ** 2;
      let [found, nearest] = [-1, reach];
      for (const [i, p] of this.drawn ?? []) {
        const away = (p.x - point.x) ** 2 + (p.y - point.y) ** 2;
        if (away <= nearest) [found, nearest] = [i, away];
      }
      return found;
    },
  }))();
}
