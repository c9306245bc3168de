/* The map of a board: vendored Leaflet, kecamatan, marks, top-ten badges, the chosen site. */
const TOP = 10;

class BoardMap {
  constructor(L, node, facts, { choose, hover }) {
    Object.assign(this, { L, node, facts, choose, hover });
    node.setAttribute("role", "application");
    node.setAttribute("aria-label", say("map.about"));
    const options = { zoomControl: false, attributionControl: false, zoomSnap: 0.25, minZoom: 5,
      maxZoom: 17, wheelPxPerZoomLevel: 120 };
    this.map = L.map(node, options);
    for (const [name, depth] of [["ground", 250], ["names", 450], ["badges", 620]]) {
      this.map.createPane(name).style.zIndex = depth;
    }
    this.map.getPane("names").style.pointerEvents = "none";
    this.home = this.extent();
    this.map.fitBounds(this.home, { padding: [14, 14], animate: false });
    this.map.tapakZoom = this.map.getZoom();
    this.drawGround();
    this.addControls();
    this.marks = makeMarkLayer(L, facts.sites, turnsAround(facts.sites.lon, facts.sites.lat));
    this.marks.addTo(this.map);
    this.listen();
  }

  extent() {
    const { L, facts } = this;
    const bounds = L.geoJSON(facts.kecamatan).getBounds();
    if (bounds.isValid()) return bounds;
    const { lon, lat } = facts.sites;
    lon.forEach((x, i) => { if (x != null) bounds.extend([lat[i], x]); });
    if (!bounds.isValid()) return L.latLngBounds([-11.2, 94.9], [6.2, 141.1]);
    return bounds.pad(0.08);
  }

  drawGround() {
    const { L, map, facts } = this;
    const renderer = L.canvas({ pane: "ground", padding: 0.4 });
    this.ground = L.geoJSON(facts.kecamatan, { renderer, interactive: false }).addTo(map);
    this.roads = L.geoJSON(facts.roads, { renderer, interactive: false }).addTo(map);
    makeNames(L, map, facts.kecamatan.features, "names");
    this.leaders = L.layerGroup().addTo(map);
    this.ring = L.circleMarker([0, 0], { radius: 14, weight: 3, fill: false, interactive: false });
    this.glow = L.circleMarker([0, 0], { radius: 11, weight: 2, fill: false, interactive: false });
    this.tip = make("div", "tip");
    this.tip.hidden = true;
    this.node.append(this.tip);
  }

  addControls() {
    const { L, map } = this;
    const titles = { zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") };
    L.control.zoom({ position: "topright", ...titles }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const home = L.control({ position: "topright" });
    home.onAdd = () => {
      const button = make("button", "home", "⤢");
      button.type = "button";
      button.title = button.ariaLabel = say("home");
      L.DomEvent.disableClickPropagation(button);
      button.onclick = () => map.fitBounds(this.home, { padding: [14, 14] });
      return button;
    };
    home.addTo(map);
  }

  listen() {
    const { map } = this;
    const under = (event) => this.marks.hit(event.layerPoint);
    map.on("click", (event) => { const i = under(event); if (i >= 0) this.choose(i); });
    map.on("mousemove", (event) => this.hover(under(event), true));
    map.on("mouseout", () => this.hover(-1, true));
    map.on("zoomend moveend resize", () => this.arrange());
    map.on("dragstart zoomstart", () => { this.moved = this.settled; });
    map.on("movestart", () => { this.tip.hidden = true; });
    this.watch = new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      if (!this.moved && this.node.clientWidth > 50) this.fit();
    });
    this.watch.observe(this.node);
    setTimeout(() => { this.settled = true; }, 400); // what moves the map before is not a person
  }

  fit() {
    this.map.fitBounds(this.home, { padding: [14, 14], animate: false });
    this.map.tapakZoom = this.map.getZoom();
  }

  show(now, palette, visible, chosen) {
    const fresh = chosen !== this.chosen;
    Object.assign(this, { now, palette, visible, chosen });
    this.node.style.background = palette.around;
    this.ground.setStyle({ color: palette.border, weight: 1.1, fillColor: palette.ground, fillOpacity: 1 });
    this.roads.setStyle(({ properties }) => ({ color: palette.road, weight: properties.wide ? 2 : 1.1 }));
    this.marks.show(now, palette, visible);
    this.arrange();
    const at = this.where(chosen);
    if (fresh && at && this.settled && !this.map.getBounds().pad(-0.06).contains(at)) this.map.panTo(at);
  }

  where(i) {
    const at = i >= 0 && this.marks.at(i);
    return at ? this.map.layerPointToLatLng([at.x, at.y]) : null;
  }

  /* Badges of the first ten and the ring of the chosen one, for the view as it is now. */
  arrange() {
    if (!this.now) return;
    const { map, now, palette } = this;
    const first = [...now.order].filter((i) => now.rank[i] > 0 && this.visible[i] && this.marks.at(i));
    const top = first.slice(0, TOP).filter((i) => now.rank[i] <= TOP);
    const here = top.map((i) => map.layerPointToContainerPoint(this.L.point(this.marks.at(i).x, this.marks.at(i).y)));
    const placed = spreadBadges(here, map.getSize());
    const moved = placed.some(({ x, y }, k) => Math.hypot(x - (this.badgesAt?.[k]?.x ?? -1), y - (this.badgesAt?.[k]?.y ?? -1)) > 1);
    if (moved || placed.length !== this.badgesAt?.length) {
      map.tapakBadges = this.badgesAt = placed;
      map.fire("tapak-badges");
    }
    this.leaders.clearLayers();
    top.forEach((i, k) => this.badge(i, k, here[k], placed[k]));
    const at = this.where(this.chosen);
    if (!at) this.ring.remove();
    else this.ring.setLatLng(at).setStyle({ color: palette.chosen }).addTo(map);
  }

  badge(i, k, here, place) {
    const { L, map, now, palette } = this;
    if (place.moved) {
      const ends = [here, place].map((p) => map.containerPointToLatLng([p.x, p.y]));
      const line = { color: palette.leader, weight: 1.4, interactive: false };
      L.polyline(ends, line).addTo(this.leaders);
    }
    const text = make("span", i === this.chosen ? "chosen" : "", number(now.rank[i]));
    const icon = L.divIcon({ className: "badge", html: text, iconSize: [BADGE, BADGE] });
    const options = { pane: "badges", icon, keyboard: false, zIndexOffset: 100 - k };
    const marker = L.marker(map.containerPointToLatLng([place.x, place.y]), options);
    marker.on("click", () => this.choose(i));
    marker.on("mouseover", () => this.hover(i, true));
    marker.addTo(this.leaders).getElement().setAttribute("aria-hidden", "true");
  }

  /* Point out a site; from the table also with a ring. */
  glowAt(i, lines, fromMap) {
    const at = this.where(i);
    this.node.classList.toggle("over", Boolean(at) && fromMap);
    if (!at || fromMap) this.glow.remove();
    else this.glow.setLatLng(at).setStyle({ color: this.palette.ink }).addTo(this.map);
    this.tip.hidden = !at;
    if (!at) return;
    clear(this.tip).append(make("b", null, lines[0]), ...lines.slice(1).map((line) => make("span", null, line)));
    this.placeTip(this.map.latLngToContainerPoint(at));
  }

  /* Above the site, else below it, and never over the edge of the map. */
  placeTip({ x, y }) {
    const { tip, node } = this;
    const away = 14;
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const left = Math.max(6, Math.min(node.clientWidth - width - 6, x - width / 2));
    tip.style.left = `${left}px`;
    tip.style.top = `${y - height - away > 4 ? y - height - away : y + away}px`;
  }

  close() {
    this.watch.disconnect();
    this.tip.remove();
    this.map.remove();
  }
}
