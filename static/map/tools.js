/* Small tools of the map page. Names enter the page only through textContent. */
const SVG = "http://www.w3.org/2000/svg";
let page; // the data block, read once by start()

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function say(key) {
  return page.texts[key];
}

/* A number of hundredths as the language writes it: 62 is "0,62". */
function hundredths(value) {
  return (value / 100).toLocaleString(page.lang === "id" ? "id-ID" : "en-GB", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
}

function scoreText(i) {
  const { score, low, high } = page.sites;
  return `${hundredths(score[i])} (${hundredths(low[i])}–${hundredths(high[i])})`;
}

/* The class follows the two digits a person reads, so colour and figure never disagree. */
function scoreClass(value) {
  return page.breaks.filter((limit) => value >= limit).length;
}

/* Text of a column: sites keep positions in one pool of different texts. */
function cell(column, i) {
  return page.sites.pool[page.sites[column][i]];
}

function latLng(units, step) {
  return [units[1] * step, units[0] * step];
}

/* One packed line or ring: first lon, lat, then steps from point to point. */
function unpack(units) {
  const points = [];
  let lon = 0;
  let lat = 0;
  for (let k = 0; k < units.length; k += 2) {
    lon += units[k];
    lat += units[k + 1];
    points.push([lat * 1e-5, lon * 1e-5]);
  }
  return points;
}

function unpackPolygons(polygons) {
  return polygons.map((rings) => rings.map(unpack));
}

/* Round shares to whole units so that they add up to `total` (largest remainder). */
function roundedToSum(values, total) {
  const rounded = values.map(Math.floor);
  const order = values.map((v, k) => [v - rounded[k], k]).sort((a, b) => b[0] - a[0]);
  const left = total - rounded.reduce((a, b) => a + b, 0);
  for (let k = 0; k < left; k += 1) rounded[order[k % order.length][1]] += 1;
  return rounded;
}

function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

/* Buttons to come nearer, go farther and see the whole again, and the scale. */
function mapButtons(map, title, whole) {
  L.control.zoom({ zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
  const bar = L.control({ position: "topleft" });
  bar.onAdd = () => {
    const home = make("button", "home leaflet-bar", "⤢");
    home.type = "button";
    home.title = title;
    home.setAttribute("aria-label", home.title);
    L.DomEvent.disableClickPropagation(home);
    home.addEventListener("click", whole);
    return home;
  };
  bar.addTo(map);
}
