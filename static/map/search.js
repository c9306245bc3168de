/* The search box: finds a site by the words of its name or place; works with the keyboard alone. */
const MOST_FOUND = 8;

class Search {
  constructor(openSite) {
    Object.assign(this, { openSite, hits: [], active: -1 });
    this.input = make("input");
    this.list = make("ul", "found");
    this.list.id = "found";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("search"));
    const looks = { type: "search", placeholder: say("search_hint"), autocomplete: "off" };
    const role = { role: "combobox", "aria-label": say("search"), "aria-autocomplete": "list" };
    const attributes = { ...looks, ...role, "aria-controls": "found" };
    Object.entries(attributes).forEach(([key, value]) => this.input.setAttribute(key, value));
    document.querySelector(".search").append(this.input, this.list);
    this.haystack = page.sites.rank.map((_, i) => plain(`${cell("name", i)} ${cell("place", i)}`));
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("focus", () => this.look());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  look() {
    const words = plain(this.input.value).split(/\s+/).filter(Boolean);
    this.close();
    if (!words.length) return;
    const fits = (text) => words.every((word) => text.includes(word));
    this.hits = this.haystack.flatMap((text, i) => (fits(text) ? [i] : [])).slice(0, MOST_FOUND);
    this.list.replaceChildren(...this.hits.map((i, k) => this.item(i, k)));
    if (!this.hits.length) this.list.append(make("li", "none", say("nothing_found")));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  item(i, k) {
    const item = make("li");
    item.id = `found-${k}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const words = make("span");
    words.append(make("bdi", "who", cell("name", i)), make("bdi", "where", cell("place", i)));
    item.append(markIcon(markOf(i)), words);
    item.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus
    item.addEventListener("click", () => this.choose(i));
    return item;
  }

  choose(i) {
    this.close();
    this.openSite(i, { focus: true, near: true });
  }

  point(k) {
    this.active = (k + this.hits.length) % this.hits.length;
    [...this.list.children].forEach((item, n) => {
      item.setAttribute("aria-selected", String(n === this.active));
    });
    this.input.setAttribute("aria-activedescendant", `found-${this.active}`);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || !this.hits.length) return;
    if (event.key === "ArrowDown") this.point(this.active + 1);
    else if (event.key === "ArrowUp") this.point(Math.max(this.active, 0) - 1);
    else if (event.key === "Enter") this.choose(this.hits[Math.max(this.active, 0)]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
