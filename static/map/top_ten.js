/* The top ten, or all of a map about a few: as a list in the panel, and as numbers on the map. */
function topTen() {
  const { rank } = page.sites;
  return rank.map((_, i) => i).filter((i) => rank[i] > 0).slice(0, page.most);
}

function topList(openSite) {
  const list = make("ol", "top");
  for (const i of topTen()) {
    const button = make("button");
    button.type = "button";
    button.append(
      make("span", "badge", String(page.sites.rank[i])),
      make("bdi", "who", cell("name", i)),
      make("span", "how", scoreText(i)),
      make("bdi", "where", cell("place", i)),
    );
    button.addEventListener("click", () => openSite(i, { focus: true, near: true }));
    const item = make("li");
    item.append(button);
    list.append(item);
  }
  return list;
}

/* Numbers of the top ten: each at its site, or beside it with a line where another one stands. */
function topNumbers(map, marks, renderer, openSite) {
  const drawn = topTen().filter((i) => marks[i]);
  const numbers = drawn.map((i) => {
    const face = make("span", "", String(page.sites.rank[i]));
    const icon = L.divIcon({ className: "number", html: face, iconSize: [24, 24] });
    const marker = L.marker(marks[i].getLatLng(), { icon, zIndexOffset: 100 * (11 - drawn.indexOf(i)) });
    marker.on("click", () => openSite(i, { focus: false }));
    marker.on("keypress", (e) => e.originalEvent.key === "Enter" && openSite(i, { focus: true }));
    const spoken = `${page.sites.rank[i]} ${cell("name", i)}`; // begins with what stands on it
    marker.on("add", () => marker.getElement().setAttribute("aria-label", spoken));
    const leader = { renderer, interactive: false, color: INK, weight: 1.3 };
    return { i, marker, line: L.polyline([], leader) };
  });
  const group = L.layerGroup(numbers.flatMap(({ marker, line }) => [line, marker]));
  const arrange = () => {
    const boxes = [];
    for (const { i, marker, line } of numbers) {
      const home = map.latLngToLayerPoint(marks[i].shownAt());
      const spot = freeSpot(home, boxes);
      boxes.push(spot);
      marker.setLatLng(map.layerPointToLatLng(spot));
      line.setLatLngs(spot === home ? [] : [marks[i].shownAt(), map.layerPointToLatLng(spot)]);
    }
    return boxes;
  };
  return { group, arrange };
}

function freeSpot(home, boxes) {
  const clear = (spot) => boxes.every((other) => other.distanceTo(spot) >= 26);
  if (clear(home)) return home;
  for (let ring = 30; ring < 200; ring += 12) {
    for (let k = 0; k < 16; k += 1) {
      const angle = (k * Math.PI) / 8 - Math.PI / 2;
      const spot = home.add([ring * Math.cos(angle), ring * Math.sin(angle)]);
      if (clear(spot)) return spot;
    }
  }
  return home;
}
