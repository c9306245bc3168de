/* Puts the page together: panes, land, themes, sites, numbers, names, and the card of one site. */
function makePanes(map) {
  const panes = { land: 210, themes: 300, borders: 350, marks: 420, names: 440 };
  for (const [name, level] of Object.entries(panes)) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = name === "marks" ? "auto" : "none";
  }
}

/* Names of kecamatan: only where one fits inside its own area and hides neither number nor site. */
const ASIDE = [0, -0.12, 0.12, -0.22, 0.22, -0.32, 0.32];
const NAME_STEPS = ASIDE.flatMap((y) => ASIDE.slice(0, 5).map((x) => [x, y]));

function areaNames(map, marks) {
  const names = page.land.map((area) => {
    const icon = L.divIcon({ className: "area-name", html: make("bdi", "", area.name), iconSize: null });
    const options = { icon, interactive: false, keyboard: false, pane: "names" };
    const marker = L.marker([area.label[1], area.label[0]], options).addTo(map);
    const shape = unpackPolygons(area.shape);
    return { marker, home: marker.getLatLng(), shape, bounds: L.polygon(shape).getBounds() };
  });
  return (numbers) => {
    const taken = numbers.map((p) => L.bounds(p.subtract([14, 14]), p.add([14, 14])));
    const sites = marks.filter((mark) => mark && mark._map).map((mark) => mark._point);
    for (const { marker, home, shape, bounds } of names) {
      const half = marker.getElement().firstChild.offsetWidth / 2 + 8;
      const size = L.bounds(
        map.latLngToLayerPoint(bounds.getNorthWest()),
        map.latLngToLayerPoint(bounds.getSouthEast()),
      ).getSize();
      const boxes = NAME_STEPS.map(([x, y]) => map.latLngToLayerPoint(home).add([x * size.x, y * size.y]))
        .filter((at) => inside(shape, map.layerPointToLatLng(at)))
        .map((at) => L.bounds(at.subtract([half, 13]), at.add([half, 13])));
      const best = quietest(boxes, sites, taken);
      const fits = best && size.x > half * 1.5;
      marker.getElement().classList.toggle("away", !fits);
      if (!fits) continue;
      marker.setLatLng(map.layerPointToLatLng(best.getCenter()));
      taken.push(best);
    }
  };
}

/* Whether a place lies in an area: a line to the east crosses its rings an odd number of times. */
function inside(polygons, { lat, lng }) {
  let odd = false;
  for (const ring of polygons.flat()) {
    let [lat0, lng0] = ring[ring.length - 1];
    for (const [lat1, lng1] of ring) {
      const crosses = lat1 > lat !== lat0 > lat;
      if (crosses && lng < lng1 + ((lng0 - lng1) * (lat - lat1)) / (lat0 - lat1)) odd = !odd;
      [lat0, lng0] = [lat1, lng1];
    }
  }
  return odd;
}

/* The box that covers fewest sites; none when all cover too many, or touch something taken. */
function quietest(boxes, sites, taken) {
  let best = null;
  let fewest = Math.max(1, Math.floor(sites.length / 400));
  for (const box of boxes) {
    if (fewest === 0) break;
    if (taken.some((other) => other.overlaps(box))) continue;
    const covered = sites.filter((p) => box.contains(p)).length;
    if (covered < fewest) [best, fewest] = [box, covered];
  }
  return best;
}

function hoverNames(group) {
  group.bindTooltip(
    (mark) => {
      const i = mark.site;
      const box = make("div");
      box.append(make("bdi", "who", cell("name", i)));
      const rank = page.sites.rank[i];
      const standing = () => `${say("rank")} ${rank} · ${say("score")} ${scoreText(i)}`;
      box.append(make("span", "where", rank > 0 ? standing() : say("status.excluded")));
      return box;
    },
    { sticky: true, direction: "top", className: "hover-name" },
  );
}

function fillPanel(map, control, openSite) {
  const panel = document.querySelector(".panel");
  const part = (title, ...content) => {
    const section = make("section");
    section.append(make("h2", "", title), ...content);
    panel.append(section);
  };
  if (topTen().length) part(say("top_ten"), topList(openSite));
  if (!isRoute()) {
    part(say("score"), scoreLegend());
    part(say("readiness"), shapeLegend());
  }
  part(say("layers"), control.getContainer());
  if (say("unplaced")) panel.append(make("p", "small", say("unplaced")));
}

function addButtons(map, whole) {
  mapButtons(map, say(page.focus ? "around" : "home"), whole);
  const toggle = make("button", "toggle");
  toggle.type = "button";
  toggle.setAttribute("aria-controls", "panel");
  toggle.addEventListener("click", () => setPanel(!document.body.classList.contains("panel-open")));
  document.querySelector(".stage").append(toggle);
  setPanel(false);
}

/* On a narrow screen the panel lies over the map; elsewhere it always stands beside it. */
function setPanel(open) {
  document.body.classList.toggle("panel-open", open);
  const toggle = document.querySelector(".toggle");
  toggle.setAttribute("aria-expanded", String(open));
  toggle.textContent = say(open ? "close" : "panel");
}

function fillTexts() {
  const write = (id, text) => {
    document.getElementById(id).textContent = text;
  };
  write("title", page.title);
  write("subtitle", page.subtitle);
  write("source", page.attribution ? `${say("source")}: ${page.attribution}` : "");
  write("run", page.run ? `${say("run")}: ${page.run}` : "");
}

/* A map about one site: its surroundings, a circle for how far they reach, a ring at the site. */
function closeUp(map) {
  if (!page.focus) return null;
  const at = L.latLng(latLng(page.focus.at, 1e-6));
  const line = { renderer: L.canvas({ pane: "borders", padding: 0.5 }), interactive: false, fill: false };
  const { radius } = page.focus;
  L.circle(at, { ...line, radius, color: "#4a545b", weight: 1.2, dashArray: "5 5" }).addTo(map);
  L.circleMarker(at, { ...line, radius: 17, color: "#ffffff", weight: 6 }).addTo(map);
  L.circleMarker(at, { ...line, radius: 17, color: "#c2410c", weight: 3 }).addTo(map);
  return at.toBounds(radius * 2.1);
}

function isRoute() {
  return page.layers.some(({ style }) => style === "route");
}

/* A map with routes shows where they lead, with a little around. */
function alongRoutes() {
  const routes = page.layers.filter(({ style }) => style === "route");
  const stops = routes.flatMap(({ classes }) => classes.flatMap((one) => one.stops));
  return stops.length ? L.latLngBounds(stops.map(({ at }) => latLng(at, 1e-5))).pad(0.12) : null;
}

/* Where there is no land to show: the sites with a kilometre around them, else the whole country. */
function aroundSites() {
  const spots = page.sites.at.filter(Boolean).map((units) => latLng(units, 1e-6));
  if (!spots.length) return L.latLngBounds([[-11, 95], [6, 141]]);
  const { _southWest: low, _northEast: high } = L.latLngBounds(spots);
  return L.latLngBounds([[low.lat - 0.01, low.lng - 0.01], [high.lat + 0.01, high.lng + 0.01]]);
}

function start(map) {
  page = JSON.parse(document.getElementById("tapak-data").textContent);
  fillTexts();
  document.body.classList.toggle("inside", page.inside);
  map.invalidateSize({ animate: false }); // Leaflet measured the page before it had its texts
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", say("map"));
  makePanes(map);
  const land = drawLand(map);
  const bounds = closeUp(map) || alongRoutes() || land || aroundSites();
  const room = page.focus ? {} : { paddingTopLeft: [16, 52], paddingBottomRight: [16, 16] };
  let [fitting, moved] = [false, false];
  const whole = () => {
    fitting = true;
    map.fitBounds(bounds, { ...room, animate: false });
    [fitting, moved] = [false, false];
  };
  whole();
  map.on("movestart zoomstart", () => { moved ||= !fitting; });
  map.on("resize", () => { if (!moved) whole(); }); // a frame, or a line of its foot, may come late
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  map.tapakZoom = map.getZoom();
  map.tapakRadius = Math.max(2.8, 6 - page.sites.rank.length / 800) - (NARROW.matches ? 1 : 0);
  map.setMaxBounds(bounds.pad(page.focus ? 0.5 : 2)).setMinZoom(Math.max(0, map.getZoom() - 1));
  const canvas = L.canvas({ pane: "marks", padding: 0.3, tolerance: NARROW.matches ? 8 : 2 });
  const { ranked, excluded, marks } = makeMarks(canvas);
  Object.assign(map, { tapakRanked: ranked, tapakExcluded: excluded });
  const cards = new Cards(map, marks, canvas);
  const openSite = (i, how) => cards.open(i, how);
  const control = new SwitchPanel(null, null, { collapsed: false, autoZIndex: false }).addTo(map);
  showSites(map, control, { ranked, excluded, marks, canvas, openSite });
  const renderer = L.canvas({ pane: "themes", padding: 0.3 });
  for (const theme of page.layers) {
    const group = makeTheme(theme, renderer);
    if (theme.shown) group.addTo(map);
    addSwitch(control, group, theme.title, themeLegend(theme));
  }
  addButtons(map, whole);
  fillPanel(map, control, openSite);
  new Search(openSite);
}

function showSites(map, control, { ranked, excluded, marks, canvas, openSite }) {
  for (const group of [excluded, ranked]) {
    group.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      openSite(event.layer.site);
    });
    hoverNames(group);
    if (group.getLayers().length) group.addTo(map);
  }
  if (!isRoute()) addSwitch(control, ranked, say("sites"));
  if (excluded.getLayers().length) addSwitch(control, excluded, say("excluded_sites"));
  const numbers = topNumbers(map, marks, canvas, openSite);
  numbers.group.addTo(map);
  ranked.on("add", () => numbers.group.addTo(map)).on("remove", () => numbers.group.remove());
  const names = areaNames(map, marks);
  const arrange = () => names(map.hasLayer(ranked) ? numbers.arrange() : []);
  map.on("zoomend", arrange);
  ranked.on("add remove", arrange);
  document.fonts.ready.then(arrange);
  arrange();
}
