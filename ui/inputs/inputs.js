/* A table with native inputs: built once, its texts filled again, so that focus stays. */
class Inputs {
  constructor(root) {
    this.host = root.querySelector(".inputs");
  }

  receive(data, send) {
    this.send = send;
    speak(data.locale, {});
    this.host.lang = data.lang;
    if (this.shape !== data.shape) this.build(data);
    this.fill(data);
  }

  build({ heads, rows, title, shape }) {
    this.shape = shape;
    this.values = {};
    const table = make("table");
    table.append(make("caption", "spoken", title));
    const head = make("tr");
    for (const text of heads) {
      const cell = make(text ? "th" : "td", null, text);
      if (text) cell.scope = "col";
      head.append(cell);
    }
    const [thead, body] = [make("thead"), make("tbody")];
    if (heads.some(Boolean)) thead.append(head);
    this.cells = rows.map((row) => {
      const line = make("tr");
      const made = row.map((cell, k) => this.cell(cell, heads[k]));
      line.append(...made);
      body.append(line);
      return made;
    });
    table.append(thead, body);
    const scroll = make("div", "scroll");
    Object.assign(scroll, { tabIndex: 0, role: "region", ariaLabel: title });
    scroll.append(table);
    clear(this.host).append(scroll);
  }

  cell(told, head) {
    const cell = make(told.head ? "th" : "td", told.kind);
    if (told.head) cell.scope = "row";
    cell.dataset.title = head;
    if (told.kind === "text") {
      cell.append(make("span", "t"), make("span", "s", told.sub));
      return cell;
    }
    const input = told.kind === "range" ? this.range(told) : this.choice(told);
    input.ariaLabel = told.label;
    this.values[told.name] = told.value;
    cell.append(input);
    if (told.kind === "range") {
      const shown = make("span", "figure", number(told.value));
      shown.ariaHidden = "true";
      input.oninput = () => {
        setText(shown, number(Number(input.value)));
        input.style.setProperty("--at", `${(100 * input.value) / told.most}%`);
      };
      input.oninput();
      cell.append(shown);
    }
    input.onchange = () => {
      this.values[told.name] = Number(input.value);
      this.send("values", { ...this.values });
    };
    return cell;
  }

  range(told) {
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: told.most, step: 1 });
    input.value = told.value;
    return input;
  }

  choice(told) {
    const select = make("select");
    for (const [value, text] of told.options) select.append(new Option(text, String(value)));
    const near = (a, b) => Math.abs(Math.log(a[0] / told.value)) <= Math.abs(Math.log(b[0] / told.value)) ? a : b;
    select.value = String(told.options.reduce(near)[0]);
    return select;
  }

  fill({ rows }) {
    rows.forEach((row, r) => row.forEach((told, k) => {
      if (told.kind === "text") setText(this.cells[r][k].firstChild, told.text);
    }));
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const inputs = (parentElement.tapakInputs ??= new Inputs(parentElement));
  inputs.receive(data, setStateValue);
}
