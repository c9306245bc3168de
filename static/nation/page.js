/* Puts the page together: the map, its marks, the panel, the search, the card. */
const SITE_ZOOM = 15;

function fillTexts() {
  const write = (id, text) => { document.getElementById(id).textContent = text; };
  write("title", page.title);
  write("subtitle", page.subtitle);
  write("run", page.run ? `${say("run")}: ${page.run}` : "");
}

function listen(map, layer, card) {
  const tip = make("div", "tip");
  tip.hidden = true;
  map.getContainer().append(tip);
  map.on("click", (event) => {
    const mark = layer.hit(event.layerPoint);
    if (mark) card.open(mark);
  });
  map.on("mousemove", (event) => {
    const mark = layer.hit(event.layerPoint);
    map.getContainer().classList.toggle("over", Boolean(mark));
    tip.hidden = !mark;
    if (!mark) return;
    const second = mark.n > 1 ? `${say("best")}: ${mark.m}` : `${say("rank")} ${count(mark.r)} · ${say("score")} ${markScore(mark)}`;
    tip.replaceChildren(make("bdi", "who", mark.n > 1 ? countText(mark) : mark.m), make("bdi", "where", second));
    const { x, y } = event.containerPoint;
    const { x: wide } = map.getSize();
    tip.style.left = `${Math.max(6, Math.min(wide - tip.offsetWidth - 6, x - tip.offsetWidth / 2))}px`;
    tip.style.top = `${y - tip.offsetHeight > 18 ? y - tip.offsetHeight - 14 : y + 20}px`;
  });
  map.on("mouseout movestart", () => { tip.hidden = true; });
}

function makeMap() {
  const map = L.map("map", { zoomControl: false, attributionControl: false, zoomSnap: 0.25, maxZoom: 18, wheelPxPerZoomLevel: 120 });
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", say("map"));
  const [west, south, east, north] = page.bounds;
  const bounds = L.latLngBounds([south, west], [north, east]);
  let [fitting, moved] = [false, false];
  const whole = () => {
    fitting = true;
    map.fitBounds(bounds, { paddingTopLeft: [16, 48], paddingBottomRight: [16, 16], animate: false });
    [fitting, moved] = [false, false];
  };
  whole();
  map.on("movestart zoomstart", () => { moved ||= !fitting; });
  map.on("resize", () => { if (!moved) whole(); });
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
  map.setMaxBounds(bounds.pad(1.5)).setMinZoom(Math.max(2, Math.floor(map.getZoom()) - 1));
  mapButtons(map, say("home"), whole);
  return map;
}

function start() {
  page = JSON.parse(document.getElementById("tapak-data").textContent);
  fillTexts();
  const tiles = document.getElementById("tapak-tiles");
  const bytes = bytesOf(tiles.textContent);
  tiles.remove();
  const map = makeMap();
  if (!bytes.length) {
    document.querySelector(".stage").append(make("p", "noscript", say("no_tiles")));
    new Panel(null).show([]);
    return;
  }
  const store = new Store(bytes);
  let [panel, names] = [null, null];
  const layer = new TileMarks(store, () => {
    panel?.show(layer.inView());
    names?.(layer.drawn);
    document.body.dataset.drawn = String(layer.drawn.length);
  });
  const card = new Card(map, layer);
  panel = new Panel(card);
  layer.addTo(map);
  names = writeNames(map);
  listen(map, layer, card);
  new Search(store, (mark) => {
    map.setView(whereIs(mark), Math.max(map.getZoom(), SITE_ZOOM), { animate: false });
    card.open(mark, { focus: true });
  });
  document.fonts.ready.then(async () => {
    stamps.clear();
    await layer.draw();
    names(layer.drawn, true);
  });
  globalThis.tapakMap = { map, layer, store };
}
