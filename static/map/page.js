/* Puts the page together: panes, land, themes, sites, numbers, names, and the card of one site. */
const NARROW = matchMedia("(max-width: 719px)");

function makePanes(map) {
  const panes = { land: 210, themes: 300, borders: 350, marks: 420, names: 440 };
  for (const [name, level] of Object.entries(panes)) {
    map.createPane(name).style.zIndex = level;
    map.getPane(name).style.pointerEvents = name === "marks" ? "auto" : "none";
  }
}

/* Names of kecamatan: only where one fits inside its own area and hides neither number nor site. */
const NAME_STEPS = [0, -0.12, 0.12, -0.24, 0.24].flatMap((y) => [0, -0.12, 0.12].map((x) => [x, y]));

function areaNames(map, marks) {
  const names = page.land.map((area) => {
    const icon = L.divIcon({ className: "area-name", html: make("bdi", "", area.name), iconSize: null });
    const options = { icon, interactive: false, keyboard: false, pane: "names" };
    const marker = L.marker([area.label[1], area.label[0]], options).addTo(map);
    return { marker, home: marker.getLatLng(), bounds: L.polygon(unpackPolygons(area.shape)).getBounds() };
  });
  return (numbers) => {
    const taken = numbers.map((p) => L.bounds(p.subtract([14, 14]), p.add([14, 14])));
    const sites = marks.filter((mark) => mark && mark._map).map((mark) => mark._point);
    for (const { marker, home, bounds } of names) {
      const half = marker.getElement().firstChild.offsetWidth / 2 + 5;
      const size = L.bounds(
        map.latLngToLayerPoint(bounds.getNorthWest()),
        map.latLngToLayerPoint(bounds.getSouthEast()),
      ).getSize();
      const boxes = NAME_STEPS.map(([x, y]) => {
        const at = map.latLngToLayerPoint(home).add([x * size.x, y * size.y]);
        return L.bounds(at.subtract([half, 11]), at.add([half, 11]));
      });
      const best = quietest(boxes, sites, taken);
      const fits = best && size.x > half * 1.5;
      marker.getElement().classList.toggle("away", !fits);
      if (!fits) continue;
      marker.setLatLng(map.layerPointToLatLng(best.getCenter()));
      taken.push(best);
    }
  };
}

/* The box that covers no site or one; none when all cover more, or touch something taken. */
function quietest(boxes, sites, taken) {
  let best = null;
  let fewest = 2;
  for (const box of boxes) {
    if (fewest === 0) break;
    if (taken.some((other) => other.overlaps(box))) continue;
    const covered = sites.filter((p) => box.contains(p)).length;
    if (covered < fewest) [best, fewest] = [box, covered];
  }
  return best;
}

/* Opens the card of a site: a popup, or a sheet on a narrow screen or when it has no place. */
function cardOpener(map, marks) {
  const sheet = document.querySelector(".sheet");
  const ring = L.circleMarker([0, 0], { pane: "markerPane", interactive: false, fill: false });
  ring.setStyle({ color: "#c2410c", weight: 3, radius: 12 });
  let popup = null;
  let opener = null;
  const close = () => {
    if (popup) map.closePopup(popup);
    sheet.hidden = true;
    ring.remove();
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  };
  const inSheet = (card) => {
    const button = make("button", "close", "×");
    button.type = "button";
    button.setAttribute("aria-label", say("close"));
    button.addEventListener("click", close);
    sheet.replaceChildren(button, card);
    sheet.hidden = false;
    sheet.scrollTop = 0;
  };
  const inPopup = (card, at) => {
    const size = map.getSize();
    const options = { minWidth: 370, maxWidth: 370, maxHeight: size.y - 110 };
    popup = L.popup({ ...options, autoPanPadding: [16, 52] }).setLatLng(at).setContent(card);
    popup.on("remove", () => ring.remove());
    popup.openOn(map);
    const cross = popup.getElement().querySelector(".leaflet-popup-close-button");
    cross.setAttribute("aria-label", say("close"));
  };
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  map.on("click", close);
  return (i, { focus = false, near = false } = {}) => {
    close();
    opener = focus ? document.activeElement : null;
    setPanel(false);
    const card = siteCard(i);
    const mark = marks[i];
    if (mark && !mark._map) (page.sites.rank[i] > 0 ? map.tapakRanked : map.tapakExcluded).addTo(map);
    if (mark && near) map.setView(mark.getLatLng(), Math.max(map.getZoom(), map.tapakZoom + 1.5), { animate: false });
    if (mark) ring.setLatLng(mark.shownAt()).addTo(map);
    if (NARROW.matches || !mark) {
      inSheet(card);
      if (mark) map.panTo(map.unproject(map.project(mark.shownAt()).add([0, map.getSize().y * 0.27])), { animate: false });
    } else {
      inPopup(card, mark.shownAt());
    }
    if (focus) card.querySelector("h2").focus({ preventScroll: true });
  };
}

function hoverNames(group) {
  group.bindTooltip(
    (mark) => {
      const i = mark.site;
      const box = make("div");
      box.append(make("bdi", "who", cell("name", i)));
      const more = page.sites.rank[i] > 0 ? `${say("rank")} ${page.sites.rank[i]} · ${hundredths(page.sites.score[i])}` : say("status.excluded");
      box.append(make("span", "where", more));
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
  part(say("score"), scoreLegend());
  part(say("readiness"), shapeLegend());
  part(say("layers"), control.getContainer());
  if (say("unplaced")) panel.append(make("p", "small", say("unplaced")));
}

function addButtons(map, whole) {
  L.control.zoom({ zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
  const bar = L.control({ position: "topleft" });
  bar.onAdd = () => {
    const home = make("button", "home leaflet-bar", "⤢");
    home.type = "button";
    home.title = say("home");
    home.setAttribute("aria-label", say("home"));
    L.DomEvent.disableClickPropagation(home);
    home.addEventListener("click", whole);
    return home;
  };
  bar.addTo(map);
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

function start(map) {
  page = JSON.parse(document.getElementById("tapak-data").textContent);
  fillTexts();
  map.invalidateSize({ animate: false }); // Leaflet measured the page before it had its texts
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", say("map"));
  makePanes(map);
  const land = drawLand(map);
  const spots = page.sites.at.filter(Boolean).map((units) => latLng(units, 1e-6));
  const bounds = land || (spots.length ? L.latLngBounds(spots) : L.latLngBounds([[-11, 95], [6, 141]]));
  const room = { paddingTopLeft: [16, 52], paddingBottomRight: [16, 16] };
  const whole = () => map.fitBounds(bounds, { ...room, animate: false });
  whole();
  map.tapakZoom = map.getZoom();
  map.tapakRadius = Math.max(2.8, 6 - page.sites.rank.length / 800) - (NARROW.matches ? 1 : 0);
  map.setMaxBounds(bounds.pad(2)).setMinZoom(Math.max(0, map.getZoom() - 1));
  const canvas = L.canvas({ pane: "marks", padding: 0.3, tolerance: NARROW.matches ? 8 : 2 });
  const { ranked, excluded, marks } = makeMarks(canvas);
  Object.assign(map, { tapakRanked: ranked, tapakExcluded: excluded });
  const openSite = cardOpener(map, marks);
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
  searchBox(openSite);
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
  addSwitch(control, ranked, say("sites"));
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
