/* The chosen site: why it stands where it stands, what is assumed, what must be asked first. */
function showDetail(node, facts, now, i, palette, open) {
  clear(node);
  if (i < 0) {
    node.append(make("p", "empty", say("pick")));
    return;
  }
  const told = now.detail && now.detail.id === facts.sites.id[i] ? now.detail : null;
  node.append(detailHead(facts, now, i, palette, told, open));
  if (!told) return; // the server's answer for this site is on its way
  if (told.reason) node.append(note("note out", say("excluded_because"), [told.reason]));
  const notes = make("div");
  if (told.ask) notes.append(note("note ask", say("first_ask"), [told.ask]));
  if (told.conditions.length) notes.append(note("note", say("conditions"), told.conditions));
  const about = make("div", told.reasons.length && notes.childElementCount ? "more-about two" : "more-about");
  if (told.reasons.length) about.append(reasonList(told.reasons));
  about.append(notes);
  node.append(about);
  if (told.groups.length) {
    const largest = Math.max(...told.groups.flatMap((g) => g.items.map((item) => item.possible)));
    const groups = make("div", "groups");
    groups.append(...told.groups.map((group) => contributions(group, largest)));
    node.append(groups, make("p", "small", told.explained));
  }
  node.append(make("p", "small", [told.identity, told.agency].filter(Boolean).join(" · ")));
}

function detailHead(facts, now, i, palette, told, open) {
  const { sites } = facts;
  const head = make("div", "head");
  const ranked = now.rank[i] > 0;
  head.append(make("span", ranked ? "big" : "big none", ranked ? number(now.rank[i]) : "×"));
  const title = make("div", "titles");
  title.append(make("h2", null, sites.name[i]));
  title.append(make("p", "s", told ? told.where : [sites.kind[i], sites.place[i]].filter(Boolean).join(" · ")));
  head.append(title);
  const figures = make("dl", "figures");
  const figure = (label, ...values) => {
    const pair = make("div");
    const value = make("dd");
    value.append(...values);
    pair.append(make("dt", null, label), value);
    figures.append(pair);
  };
  if (ranked) {
    const interval = `${number(now.low[i], 2)}–${number(now.high[i], 2)}`;
    figure(say("column.score"), `${number(now.score[i], 2)} · ${facts.band_words[now.band[i]]}`, make("small", null, interval));
    if (now.best[i] !== now.worst[i]) figure(say("column.rank.about"), `${number(now.best[i])}–${number(now.worst[i])}`);
    figure(say("column.first"), chance(now.p_first[i]));
    figure(say("column.top"), chance(now.p_top[i]));
    figure(say("column.coverage"), percent(now.coverage[i]));
  }
  const status = sites.status[i];
  const icon = markIcon(palette, { status, band: ranked ? now.band[i] : 2, hollow: sites.approximate[i] === 1 });
  figure(say("column.readiness"), icon, ` ${Object.values(facts.status_words)[status]}`);
  if (told && sites.approximate[i]) title.append(make("p", "s", say("approximate")));
  if (now.site_page) {
    const link = make("button", "go", say("go_site"));
    link.type = "button";
    link.onclick = () => open(i);
    head.append(link);
  }
  head.append(figures);
  return head;
}

function note(className, title, lines) {
  const box = make("div", className);
  box.append(make("b", null, title));
  if (lines.length === 1) box.append(make("span", null, lines[0]));
  else {
    const list = make("ul");
    list.append(...lines.map((line) => make("li", null, line)));
    box.append(list);
  }
  return box;
}

function reasonList(reasons) {
  const box = make("div", "reasons");
  box.append(make("b", null, say("reasons")));
  const list = make("ol");
  for (const { title, value, part } of reasons) {
    const item = make("li");
    item.append(make("span", "t", title), make("span", "v", value), make("span", "p", part));
    list.append(item);
  }
  box.append(list);
  return box;
}

/* Contribution out of what was possible; an unknown one is hatched and counts as assumed. */
function contributions(group, largest) {
  const table = make("table", `sum ${group.key}`);
  const caption = make("caption");
  caption.append(make("span", null, group.title), make("b", null, group.sum));
  const body = make("tbody");
  for (const item of group.items) {
    const row = make("tr");
    const title = make("th", null, item.title);
    title.scope = "row";
    title.title = item.title;
    const bar = make("td", "parts");
    bar.title = item.spoken;
    const possible = make("i", "possible");
    const given = make("i", item.unknown ? "given assumed" : "given");
    possible.style.width = `${(100 * item.possible) / largest}%`;
    given.style.width = `${(100 * item.given) / largest}%`;
    bar.append(possible, given, make("span", "spoken", item.spoken));
    const value = make("td", "value", item.value);
    value.classList.toggle("unknown", item.unknown);
    value.title = item.value;
    row.append(title, value, bar);
    body.append(row);
  }
  table.append(caption, body);
  return table;
}
