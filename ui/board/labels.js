/* Things with words on the map, kept from covering each other: kecamatan names, top-ten badges. */
const BADGE = 22;

/* Places around a point to try for a badge, nearest first, in pixels. */
const AROUND = [[0, 0]];
for (const [radius, count] of [[20, 8], [34, 12], [50, 16], [68, 20]]) {
  for (let k = 0; k < count; k += 1) {
    const angle = (2 * Math.PI * k) / count - Math.PI / 2;
    AROUND.push([radius * Math.cos(angle), radius * Math.sin(angle)]);
  }
}

/* Move badges that would overlap to the nearest free place; the first keeps its own. */
function spreadBadges(points, size) {
  const placed = [];
  for (const p of points) {
    const free = ([dx, dy]) => {
      const [x, y] = [p.x + dx, p.y + dy];
      const inside = x > BADGE / 2 && y > BADGE / 2 && x < size.x - BADGE / 2 && y < size.y - BADGE / 2;
      return (inside || (!dx && !dy)) && placed.every((q) => Math.hypot(q.x - x, q.y - y) >= BADGE);
    };
    const [dx, dy] = AROUND.find(free) ?? [0, 0];
    placed.push({ x: p.x + dx, y: p.y + dy, moved: dx !== 0 || dy !== 0 });
  }
  return placed;
}

const BESIDE = [0, -17, 17]; // where a name may stand, in pixels below its own place

/* Names of kecamatan, each only where it has room: beside other names and the badges. */
function makeNames(L, map, features, pane) {
  const names = features.map(({ properties }) => {
    const text = make("span", null, properties.name);
    const icon = L.divIcon({ className: "area-name", html: text, iconSize: [0, 0] });
    const options = { pane, icon, interactive: false, keyboard: false };
    L.marker([properties.lat, properties.lon], options).addTo(map);
    return { text, at: L.latLng(properties.lat, properties.lon) };
  });
  const arrange = () => {
    const taken = (map.tapakBadges ?? []).map(({ x, y }) => ({ x, y, half: BADGE / 2, high: BADGE / 2 + 1 }));
    for (const { text, at } of names) {
      const p = map.latLngToContainerPoint(at);
      const half = text.offsetWidth / 2 + 4;
      const free = (dy) => taken.every((t) => Math.abs(t.x - p.x) >= t.half + half || Math.abs(t.y - p.y - dy) >= t.high + 8);
      const dy = BESIDE.find(free);
      text.style.visibility = dy === undefined ? "hidden" : "";
      text.style.top = `${dy ?? 0}px`;
      if (dy !== undefined) taken.push({ x: p.x, y: p.y + dy, half, high: 8 });
    }
  };
  map.on("zoomend resize tapak-badges", arrange);
  arrange();
}
