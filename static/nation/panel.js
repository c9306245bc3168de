/* Beside the map: the best of what is in view, and what colours and shapes mean. */
const LISTED = 10;

class Panel {
  constructor(card) {
    this.card = card;
    this.node = document.querySelector(".panel");
    this.list = make("ol", "top");
    this.part(say("here"), this.list);
    this.part(say("legend_score"), this.scores());
    this.part(say("legend_marks"), this.shapes());
    const notes = [page.labels.length && say("provinces"), page.unplaced && fill("unplaced", { n: count(page.unplaced) })];
    notes.filter(Boolean).forEach((text) => this.node.append(make("p", "small", text)));
    this.toggle();
  }

  part(title, ...content) {
    const section = make("section");
    section.append(make("h2", "", title), ...content);
    this.node.append(section);
  }

  /* Called after each drawing; what a person is on stays under the fingers. */
  show(marks) {
    const best = marks.slice(0, LISTED);
    const key = best.map(({ r, i, n }) => `${r}.${i}.${n}`).join();
    if (key === this.key) return;
    this.key = key;
    const at = [...this.list.children].findIndex((item) => item.contains(document.activeElement));
    this.list.replaceChildren(...best.map((mark) => this.item(mark)));
    if (!best.length) this.list.append(make("li", "small", say("here_none")));
    if (at >= 0) (this.list.children[Math.min(at, this.list.children.length - 1)].querySelector("button") ?? this.node).focus();
  }

  item(mark) {
    const item = make("li");
    const button = make("button");
    button.type = "button";
    const where = make("span", "where");
    where.append(make("bdi", "", placeOf(mark)), mark.n > 1 ? ` · ${countText(mark)}` : "");
    const how = make("span", "how", hundredths(mark.c));
    button.append(make("span", "badge rank", count(mark.r)), make("bdi", "who", mark.m), where, how);
    button.addEventListener("click", () => {
      if (document.body.classList.contains("panel-open")) this.open(false);
      this.card.open(mark, { focus: true });
    });
    item.append(button);
    return item;
  }

  scores() {
    const ramp = make("div", "ramp");
    const limits = [0, ...page.breaks, 100];
    page.colours.forEach((colour, k) => {
      const step = make("span");
      const swatch = make("i");
      swatch.style.background = colour;
      step.append(swatch, make("small", "", `${hundredths(limits[k])}–${hundredths(limits[k + 1])}`));
      ramp.append(step);
    });
    return ramp;
  }

  shapes() {
    const list = make("ul", "keys");
    const looks = [
      [{ band: 2, first: false, label: "" }, say("one")],
      [{ band: 2, first: false, label: "12" }, say("count_many")],
      [{ band: 4, first: true, label: "" }, fill("first", { top: count(page.top) })],
    ];
    for (const [look, text] of looks) {
      const item = make("li");
      item.append(markIcon(look), make("span", "", text));
      list.append(item);
    }
    return list;
  }

  /* On a narrow screen the panel lies over the map; elsewhere it always stands beside it. */
  toggle() {
    this.button = make("button", "toggle");
    this.button.type = "button";
    this.button.setAttribute("aria-controls", "panel");
    this.button.addEventListener("click", () => this.open(!document.body.classList.contains("panel-open")));
    document.querySelector(".stage").append(this.button);
    this.open(false);
  }

  open(open) {
    document.body.classList.toggle("panel-open", open);
    this.button.setAttribute("aria-expanded", String(open));
    this.button.textContent = say(open ? "close" : "panel");
  }
}
