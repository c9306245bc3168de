/* Ways to a site without pointing at it: the search box, the top ten, their numbers on the map. */
function topTen() {
  const { rank } = page.sites;
  return rank.map((_, i) => i).filter((i) => rank[i] > 0).slice(0, 10);
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

function searchBox(openSite) {
  const box = document.querySelector(".search");
  const input = make("input");
  const list = make("ul", "found");
  list.id = "found";
  list.hidden = true;
  const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": "found" };
  Object.assign(input, { type: "search", placeholder: say("search_hint"), autocomplete: "off" });
  const names = { "aria-label": say("search"), "aria-autocomplete": "list", ...attributes };
  Object.entries(names).forEach(([key, value]) => input.setAttribute(key, value));
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("search"));
  box.append(input, list);
  const haystack = page.sites.rank.map((_, i) => plain(`${cell("name", i)} ${cell("place", i)}`));
  let hits = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (i) => {
    close();
    openSite(i, { focus: true, near: true });
  };
  const mark = (k) => {
    active = (k + hits.length) % hits.length;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === active)));
    input.setAttribute("aria-activedescendant", `found-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const look = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    if (!words.length) return close();
    hits = haystack.flatMap((text, i) => (words.every((word) => text.includes(word)) ? [i] : []));
    hits = hits.slice(0, 8);
    list.replaceChildren(...hits.map((i, k) => foundItem(i, k, choose)));
    if (!hits.length) list.append(make("li", "none", say("nothing_found")));
    list.hidden = false;
    active = -1;
    return input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || !hits.length) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Enter") choose(hits[Math.max(active, 0)]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

function foundItem(i, k, choose) {
  const item = make("li");
  item.id = `found-${k}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const words = make("span");
  words.append(make("bdi", "who", cell("name", i)), make("bdi", "where", cell("place", i)));
  item.append(markIcon(markOf(i)), words);
  item.addEventListener("mousedown", (event) => event.preventDefault());
  item.addEventListener("click", () => choose(i));
  return item;
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
    marker.on("add", () => marker.getElement().setAttribute("aria-label", cell("name", i)));
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
