/* The land, the themes, and the panel of switches with their legends. */
const SwitchPanel = L.Control.Layers.extend({
  _addItem(item) {
    const label = L.Control.Layers.prototype._addItem.call(this, item);
    label.querySelector("span > span").textContent = item.layer.tapakTitle;
    if (item.layer.tapakLegend) label.after(item.layer.tapakLegend);
    return label;
  },
});

/* A switch is known to Leaflet without a name: Leaflet would read a name as HTML. */
function addSwitch(control, layer, title, legend) {
  layer.tapakTitle = title;
  layer.tapakLegend = legend;
  control.addOverlay(layer, "");
}

function drawLand(map) {
  if (!page.land.length) return null;
  const fill = L.canvas({ pane: "land", padding: 0.5 });
  const line = L.canvas({ pane: "borders", padding: 0.5 });
  const shapes = page.land.map((area) => unpackPolygons(area.shape));
  const all = L.polygon(shapes.flat(), {
    renderer: fill,
    interactive: false,
    stroke: false,
    fillColor: "#fbfaf6",
    fillOpacity: 1,
    smoothFactor: 0.5,
  }).addTo(map);
  for (const shape of shapes) {
    const style = { renderer: line, interactive: false, fill: false, smoothFactor: 0.5 };
    L.polygon(shape, { ...style, color: "#8d9690", weight: 0.9, opacity: 0.9 }).addTo(map);
  }
  return all.getBounds();
}

/* A theme is unpacked only when it is first switched on. */
function makeTheme(theme, renderer) {
  const group = L.featureGroup();
  group.on("add", () => {
    if (group.getLayers().length) return;
    for (const { colour, shape, stops } of theme.classes) {
      themeShapes(theme.style, colour, shape, renderer, group);
      for (const stop of stops || []) routeStop(stop, colour).addTo(group);
    }
  });
  return group;
}

function themeShapes(style, colour, shape, renderer, group) {
  const common = { renderer, interactive: false, color: colour, fillColor: colour };
  if (style === "event") {
    const size = page.inside ? { radius: 5.5, weight: 1.4 } : { radius: 2.6, weight: 0.8 };
    const look = { ...common, ...size, color: "#ffffff", fillOpacity: 0.95 };
    for (let k = 0; k < shape.length; k += 2) {
      L.circleMarker(latLng(shape.slice(k, k + 2), 1e-5), look).addTo(group);
    }
  } else if (style === "route") {
    L.polyline(shape.map(unpack), { ...common, color: "#ffffff", weight: 6, opacity: 0.8, fill: false }).addTo(group);
    L.polyline(shape.map(unpack), { ...common, weight: 3.2, opacity: 0.95, fill: false }).addTo(group);
  } else if (style === "line") {
    L.polyline(shape.map(unpack), { ...common, weight: page.focus ? 2 : 1.2, opacity: 0.85, fill: false }).addTo(group);
  } else {
    const fill = { fillOpacity: 0.55, fillRule: "nonzero" };
    const look = { ...common, ...fill, stroke: style === "area", weight: 0.7, opacity: 0.8 };
    L.polygon(unpackPolygons(shape), look).addTo(group);
  }
}

/* A stop of a route: its number on the mark, the rest when it is pointed at or tapped. */
function routeStop({ at, number, text }, colour) {
  const face = make("b", "stop-face", number);
  face.style.background = colour;
  const icon = L.divIcon({ html: face, className: "route-stop", iconSize: [30, 30] });
  const mark = L.marker(latLng(at, 1e-5), { icon, alt: `${number} ${text}`, riseOnHover: true });
  mark.on("add", () => mark.getElement().setAttribute("aria-label", `${number} ${text}`));
  mark.bindTooltip(() => make("bdi", "who", text), { direction: "top", offset: [0, -14], className: "hover-name" });
  return mark.on("click", () => mark.openTooltip());
}

function themeLegend({ legend, style }) {
  const list = make("ul", `keys ${style}`);
  for (const [label, colour] of legend) {
    const item = make("li");
    const swatch = make("i", "swatch");
    swatch.style.background = style === "hazard" || style === "area" ? `${colour}8c` : colour;
    item.append(swatch, make("span", "", label));
    list.append(item);
  }
  return list;
}

function scoreLegend() {
  const box = make("div", "ramp");
  const limits = page.breaks.map(hundredths);
  page.colours.forEach((colour, k) => {
    const step = make("span");
    const swatch = make("i");
    swatch.style.background = colour;
    const [from, to] = [limits[k - 1], limits[k]];
    step.append(swatch, make("small", "", from === undefined ? `< ${to}` : `≥ ${from}`));
    box.append(step);
  });
  return box;
}

function shapeLegend() {
  const list = make("ul", "keys shapes");
  const present = new Set(page.sites.status.map((k) => page.sites.pool[k]));
  const colour = page.colours[2];
  const add = (mark, text) => {
    const item = make("li");
    item.append(markIcon(mark), make("span", "", text));
    list.append(item);
  };
  for (const status of ["siap", "bersyarat", "survei_dulu", "excluded"]) {
    if (present.has(status)) add({ status, colour, hollow: false }, say(`status.${status}`));
  }
  if (page.sites.approximate.includes(1)) {
    add({ status: "survei_dulu", colour, hollow: true }, say("approximate"));
  }
  return list;
}
