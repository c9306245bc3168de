/* Where one is on a map without land: lines of whole degrees, and names amid their sites. */
const GRID_DEG = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

function drawGrid(ctx, map, corner, whole) {
  const across = 256 * 2 ** map.getZoom() / 360; // pixels of a degree of longitude
  const step = GRID_DEG.filter((deg) => deg * across >= 90).pop() ?? 10;
  const low = map.layerPointToLatLng(corner.add([0, whole.y]));
  const high = map.layerPointToLatLng(corner.add([whole.x, 0]));
  ctx.beginPath();
  for (let k = Math.ceil(low.lng / step); k * step <= high.lng; k += 1) {
    const x = Math.round(map.latLngToLayerPoint([0, k * step]).x - corner.x) + 0.5;
    ctx.moveTo(x, 0);
    ctx.lineTo(x, whole.y);
  }
  for (let k = Math.ceil(low.lat / step); k * step <= high.lat; k += 1) {
    const y = Math.round(map.latLngToLayerPoint([k * step, 0]).y - corner.y) + 0.5;
    ctx.moveTo(0, y);
    ctx.lineTo(whole.x, y);
  }
  ctx.lineWidth = 1;
  ctx.strokeStyle = "#cdd4cf";
  ctx.stroke();
}

const ASIDE = [0, 20, -20, 32, -32, 46, -46];

/* Names of provinces, each where it covers fewest marks; one that would lie on another is left out.
   Returns what puts them in order, to be called when marks have been drawn. */
function writeNames(map) {
  map.createPane("names").style.zIndex = 440;
  map.getPane("names").style.pointerEvents = "none";
  const names = page.labels.map(([name, lon, lat]) => {
    const icon = L.divIcon({ className: "area-name", html: make("bdi", "", name), iconSize: null });
    const marker = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "names" }).addTo(map);
    return { marker, home: marker.getLatLng() };
  });
  let zoom = null;
  return (marks, fresh) => {
    if (zoom === map.getZoom() && !fresh) return;
    zoom = map.getZoom();
    const taken = [];
    for (const name of names) {
      const face = name.marker.getElement();
      const half = face.firstChild.offsetWidth / 2 + 5;
      const at = map.latLngToLayerPoint(name.home);
      const boxes = ASIDE.map((y) => L.bounds(at.add([-half, y - 9]), at.add([half, y + 9])));
      const free = boxes.filter((box) => !taken.some((other) => other.overlaps(box)));
      const covers = free.map((box) => marks.filter(({ x, y }) => box.contains([x, y])).length);
      const best = free[covers.indexOf(Math.min(...covers))];
      face.classList.toggle("away", !best || zoom >= 9);
      if (!best) continue;
      name.marker.setLatLng(map.layerPointToLatLng(best.getCenter()));
      taken.push(best);
    }
  };
}
