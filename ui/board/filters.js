/* What a person wants to see: a name, a kecamatan, an agency, a kind, a stage of life, a readiness. */
class Filters {
  constructor(node, changed) {
    this.node = node;
    this.changed = changed;
    this.status = -1;
  }

  build(facts) {
    this.facts = facts;
    const { sites } = facts;
    this.folded = sites.name.map((name, i) => fold(`${name} ${sites.place[i]} ${sites.id[i]}`));
    this.search = make("input");
    Object.assign(this.search, { type: "search", placeholder: say("search"), ariaLabel: say("search") });
    this.kecamatan = this.choice(say("filter.kecamatan"), say("all_kecamatan"), sites.kecamatan);
    this.agency = this.choice(say("filter.agency"), say("all_agencies"), sites.agency);
    this.kind = this.choice(say("filter.kind"), say("all_kinds"), sites.kind);
    this.stages = facts.stage.map((at) => facts.stage_words[at]); // empty where no life is known
    this.stage = this.choice(say("filter.stage"), say("all_stages"), this.stages, facts.stage_words);
    this.stage.hidden = !this.stages.length;
    this.fields = [this.kecamatan, this.agency, this.kind, this.stage];
    this.wipe = make("button", "wipe", say("clear"));
    this.wipe.type = "button";
    this.wipe.onclick = () => this.reset();
    this.search.oninput = () => this.changed();
    this.node.onsubmit = (event) => event.preventDefault();
    clear(this.node).append(this.search, ...this.fields, this.wipe);
    this.status = -1;
  }

  /* A choice among the values there are, each with its count; in a given order, else by letter. */
  choice(label, all, values, order) {
    const select = make("select");
    select.ariaLabel = label;
    select.append(new Option(all, ""));
    const counts = new Map();
    for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    const found = [...counts.keys()];
    found.sort(order ? (a, b) => order.indexOf(a) - order.indexOf(b) : (a, b) => a.localeCompare(b, locale));
    for (const name of found) select.append(new Option(say("option", { name, n: number(counts.get(name)) }), name));
    select.onchange = () => this.changed();
    return select;
  }

  reset() {
    for (const field of [this.search, ...this.fields]) field.value = "";
    this.status = -1;
    this.changed();
  }

  toggleStatus(status) {
    this.status = this.status === status ? -1 : status;
    this.changed();
  }

  /* Which sites pass, by position; 1 or 0. */
  visible() {
    const { sites } = this.facts;
    const wanted = fold(this.search.value.trim());
    const chosen = this.fields.map((field) => field.value);
    const [kecamatan, agency, kind, stage] = chosen;
    const seen = new Uint8Array(sites.id.length);
    for (let i = 0; i < seen.length; i += 1) {
      const fits = (!kecamatan || sites.kecamatan[i] === kecamatan)
        && (!agency || sites.agency[i] === agency)
        && (!kind || sites.kind[i] === kind)
        && (!stage || this.stages[i] === stage)
        && (this.status < 0 || sites.status[i] === this.status)
        && (!wanted || this.folded[i].includes(wanted));
      seen[i] = fits ? 1 : 0;
    }
    this.wipe.hidden = !(wanted || chosen.some(Boolean) || this.status >= 0);
    return seen;
  }
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase("id-ID");
}
