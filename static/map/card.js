/* The card of one site: what it is, how it stands, and what its score is made of. */
function siteCard(i) {
  const card = make("article", "card");
  const name = make("h2", "name", cell("name", i));
  name.tabIndex = -1;
  card.append(name);
  const about = ["kind", "place", "agency"].map((column) => cell(column, i)).filter(Boolean);
  const line = make("p", "about");
  about.forEach((text, k) => line.append(k ? " · " : "", make("bdi", "", text)));
  card.append(line);
  if (page.sites.rank[i] === 0) {
    card.append(note("reason", say("excluded_because"), cell("reason", i)));
  } else {
    card.append(facts(i));
    if (cell("conditions", i)) card.append(note("", say("conditions"), cell("conditions", i)));
    card.append(...contributions(i));
  }
  if (page.sites.approximate[i]) card.append(make("p", "small", say("approximate_note")));
  return card;
}

function note(className, title, text) {
  const paragraph = make("p", `note ${className}`.trim());
  paragraph.append(make("b", "", `${title}:`), " ", make("bdi", "", text));
  return paragraph;
}

function facts(i) {
  const list = make("dl", "facts");
  const add = (title, text, className, extra) => {
    const value = make("dd", className);
    if (extra) value.append(extra);
    value.append(make("bdi", "", text));
    const pair = make("div");
    pair.append(make("dt", "", title), value);
    list.append(pair);
    return value;
  };
  add(say("rank"), cell("rank_text", i), "rank");
  const score = add(say("score"), scoreText(i), "score");
  if (cell("band", i)) score.append(make("span", "band", cell("band", i)));
  add(say("readiness"), say(`status.${cell("status", i)}`), "", markIcon(markOf(i), 16));
  const known = page.sites.coverage[i];
  if (known !== null) add(say("coverage"), `${known} %`, "");
  return list;
}

/* Known criteria one by one, the assumed ones of a group together; all of it adds up to the score. */
function contributions(i) {
  const groups = ["benefit", "safety"].map((key) => groupOf(i, key)).filter((g) => g.rows.length);
  const shares = groups.flatMap((g) => [...g.known.map((row) => row.part), g.assumed]);
  const rounded = roundedToSum(shares.map((v) => v / 1000), page.sites.score[i]);
  const widest = Math.max(...page.criteria.map((c) => c.weight));
  const tables = groups.map((group) => {
    const mine = rounded.splice(0, group.known.length + 1);
    return groupTable(group, mine, widest);
  });
  return [...tables, make("p", "small", say("rounded"))];
}

function groupOf(i, key) {
  const rows = page.criteria
    .map((criterion, k) => ({
      criterion,
      part: page.sites.parts[i][k],
      unknown: page.sites.unknown[i][k] === "1",
    }))
    .filter((row) => row.criterion.group === key && row.criterion.weight > 0)
    .sort((a, b) => a.unknown - b.unknown || b.criterion.weight - a.criterion.weight);
  const known = rows.filter((row) => !row.unknown);
  const assumed = rows.filter((row) => row.unknown).reduce((sum, row) => sum + row.part, 0);
  return { key, rows, known, assumed };
}

function groupTable(group, rounded, widest) {
  const table = make("table", `parts ${group.key}`);
  const caption = make("caption");
  const weight = group.rows.reduce((sum, row) => sum + row.criterion.weight, 0);
  const total = make("b", "total", hundredths(rounded.reduce((a, b) => a + b, 0)));
  const sum = make("span", "sum");
  sum.append(total, ` ${say("of")} ${hundredths(Math.round(weight * 100))}`);
  caption.append(make("span", "", say(group.key)), sum);
  const body = make("tbody");
  group.rows.forEach((row, k) => body.append(partRow(row, rounded[k], widest)));
  table.append(caption, body);
  if (group.rows.length > group.known.length) {
    const foot = make("tr", "assumed");
    const title = make("th", "", say("assumed"));
    title.scope = "row";
    title.colSpan = 2;
    foot.append(title, make("td", "value", hundredths(rounded[group.known.length])));
    body.append(foot);
  }
  return table;
}

function partRow({ criterion, part, unknown }, rounded, widest) {
  const row = make("tr", unknown ? "unknown" : "");
  const title = make("th", "", criterion.title);
  title.scope = "row";
  const bar = make("td", "bar");
  const possible = make("i", "possible");
  possible.style.width = `${(criterion.weight / widest) * 100}%`;
  bar.append(possible);
  if (!unknown) {
    const got = make("i", "got");
    got.style.width = `${(part / 1e5 / widest) * 100}%`;
    bar.append(got);
  }
  row.append(title, bar, make("td", "value", unknown ? say("unknown") : hundredths(rounded)));
  return row;
}
