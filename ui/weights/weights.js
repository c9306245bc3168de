/* Native range inputs that speak while they are dragged; the next word waits until the last is painted. */
const GAP_MS = 60; // at most this often
const PATIENCE_MS = 700; // and never waiting longer than this for the board

class Weights {
  constructor(root) {
    this.node = root.querySelector(".weights");
    this.painted = () => { this.waiting = false; this.flush(); };
    document.addEventListener("tapak-painted", this.painted);
  }

  receive(data, send) {
    this.send = send;
    if (this.key === data.key) return;
    this.key = data.key;
    this.data = data;
    speak(data.locale, data.texts);
    this.set(data.now);
    this.build();
    this.refresh();
  }

  set(given) {
    this.groups = { ...given.groups };
    this.weights = { ...given.weights };
  }

  build() {
    this.inputs = new Map();
    clear(this.node).append(this.top(), this.split(), ...this.data.groups.map((group) => this.group(group)));
  }

  top() {
    const top = make("div", "top");
    this.reset = make("button", "reset", say("weights.reset"));
    this.reset.type = "button";
    this.reset.onclick = () => { this.set(this.data.own); this.moved(); };
    this.state = make("p", "state");
    top.append(make("h2", null, say("weights")), make("p", "hint", say("weights.hint")), this.state, this.reset);
    if (this.data.groups.some((group) => group.criteria.some((criterion) => criterion.no_data))) {
      const key = make("p", "hint key");
      key.append(make("i"), make("span", null, say("weights.no_data_key")));
      top.append(key);
    }
    return top;
  }

  /* One dial shares the whole between the two groups. */
  split() {
    const box = make("div", "split");
    const ends = make("div", "ends");
    this.ends = this.data.groups.map((group) => {
      const end = make("span", group.key);
      const share = make("b");
      end.append(make("span", null, group.title), share);
      ends.append(end);
      return share;
    });
    this.dial = this.range(0, 100, say("weights.split"));
    this.dial.className = "dial";
    this.dial.oninput = () => {
      const left = Number(this.dial.value);
      this.groups = { benefit: left, safety: 100 - left };
      this.moved();
    };
    box.append(ends, this.dial);
    return box;
  }

  group({ key, title, criteria }) {
    const set = make("fieldset", key);
    set.append(make("legend", null, title));
    for (const criterion of criteria) {
      const row = make("label", "row");
      const name = make("span", "name", criterion.title);
      const share = make("span", "share");
      share.ariaHidden = "true";
      const input = this.range(0, criterion.most, criterion.title);
      input.oninput = () => {
        this.weights[criterion.key] = Number(input.value);
        this.moved();
      };
      row.append(name, share, input);
      if (criterion.no_data) {
        row.classList.add("no-data");
        row.title = say("weights.no_data");
        name.append(make("span", "spoken", ` (${say("weights.no_data")})`));
      }
      set.append(row);
      this.inputs.set(criterion.key, { input, share, group: key, most: criterion.most });
    }
    return set;
  }

  range(min, max, label) {
    const input = make("input");
    Object.assign(input, { type: "range", min, max, step: 1, ariaLabel: label });
    return input;
  }

  moved() {
    this.refresh();
    this.due = true;
    this.flush();
  }

  /* Send the newest weights, one message at a time. */
  flush() {
    clearTimeout(this.timer);
    if (!this.due) return;
    const since = performance.now() - (this.sentAt ?? -PATIENCE_MS);
    const wait = (this.waiting ? PATIENCE_MS : GAP_MS) - since;
    if (wait > 0) {
      this.timer = setTimeout(() => this.flush(), wait);
      return;
    }
    this.due = false;
    this.waiting = true;
    this.sentAt = performance.now();
    this.send("sent", { groups: this.groups, weights: this.weights });
  }

  refresh() {
    const whole = this.groups.benefit + this.groups.safety;
    const left = (100 * this.groups.benefit) / whole;
    this.dial.value = left;
    this.dial.style.setProperty("--at", `${left}%`);
    setText(this.ends[0], percent(left / 100));
    setText(this.ends[1], percent(1 - left / 100));
    this.dial.setAttribute("aria-valuetext", say("weights.split_spoken", { benefit: percent(left / 100), safety: percent(1 - left / 100) }));
    for (const group of this.data.groups) this.refreshGroup(group, whole);
    const same = JSON.stringify([this.groups, this.weights]) === JSON.stringify([this.data.own.groups, this.data.own.weights]);
    this.reset.hidden = same;
    setText(this.state, this.data.weights_text);
    this.state.hidden = !same;
  }

  refreshGroup({ key, criteria }, whole) {
    const total = criteria.reduce((sum, c) => sum + this.weights[c.key], 0);
    for (const criterion of criteria) {
      const weight = this.weights[criterion.key];
      const { input, share, most } = this.inputs.get(criterion.key);
      const part = total > 0 ? ((this.groups[key] / whole) * weight) / total : 0;
      if (Number(input.value) !== Math.round(weight)) input.value = weight;
      input.style.setProperty("--at", `${(100 * Math.min(weight, most)) / most}%`);
      const words = say("percent", { n: number(100 * part, 1) });
      setText(share, words);
      input.setAttribute("aria-valuetext", say("weights.spoken", { value: number(weight), share: words }));
    }
  }

  close() {
    clearTimeout(this.timer);
    document.removeEventListener("tapak-painted", this.painted);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const weights = (parentElement.tapakWeights ??= new Weights(parentElement));
  weights.receive(data, setStateValue);
  return () => {
    weights.close();
    delete parentElement.tapakWeights;
  };
}
