/* One row of the table: made once for a site, filled again at every re-ranking. */
function makeRow(id) {
  const row = make("tr");
  row.dataset.id = id;
  row.tabIndex = -1;
  const part = (name, tag = "td") => {
    const cell = make(tag, name);
    row.append(cell);
    return cell;
  };
  const inside = (cell, className, tag = "span") => {
    const node = make(tag, className);
    cell.append(node);
    return node;
  };
  const rank = part("rank");
  const move = part("move");
  const name = part("name", "th");
  name.scope = "row";
  const score = part("score");
  const line = inside(score, "line");
  const bar = inside(score, "bar");
  const top = part("top");
  const odds = make("span", "odds");
  const ready = part("ready");
  const coverage = part("coverage");
  row.parts = {
    rank: inside(rank, "n"), shared: inside(rank, "shared"), move,
    name: inside(name, "n"), about: inside(name, "s"),
    score: inside(line, "digits"), band: inside(line, "band"), interval: inside(line, "interval"),
    bar, benefit: inside(bar, "benefit", "i"), safety: inside(bar, "safety", "i"),
    reach: inside(bar, "reach", "i"), top: inside(top, "p"), odds: inside(odds, "share", "i"), readyIcon: inside(ready, "mark"), ready: inside(ready, "word"),
    coverage,
  };
  top.dataset.title = say("column.top");
  top.append(odds);
  for (const drawn of [bar, odds]) drawn.setAttribute("aria-hidden", "true");
  return row;
}

function fillMove(cell, move) {
  const size = number(Math.abs(move));
  if (move > 0) [cell.className, cell.ariaLabel] = ["move up", say("move.up", { n: size })];
  else if (move < 0) [cell.className, cell.ariaLabel] = ["move down", say("move.down", { n: size })];
  else [cell.className, cell.ariaLabel] = ["move", say("move.same")];
  setText(cell, move > 0 ? `▲ ${size}` : move < 0 ? `▼ ${size}` : "–");
}

function placeBar(node, from, to) {
  node.style.left = `${100 * from}%`;
  node.style.width = `${100 * Math.max(0, to - from)}%`;
}

function fillRow(row, facts, now, i, palette) {
  const { parts } = row;
  const { sites } = facts;
  const ranked = now.rank[i] > 0;
  setText(parts.rank, ranked ? number(now.rank[i]) : "–");
  const range = ranked && now.best[i] !== now.worst[i];
  setText(parts.shared, range ? `${number(now.best[i])}–${number(now.worst[i])}` : "");
  fillMove(parts.move, now.move[i]);
  setText(parts.name, sites.name[i]);
  setText(parts.about, [sites.kind[i], sites.place[i]].filter(Boolean).join(" · "));
  row.classList.toggle("out", !ranked);
  setText(parts.score, ranked ? number(now.score[i], 2) : "");
  setText(parts.band, ranked ? facts.band_words[now.band[i]] : sites.reason[i]);
  parts.band.title = ranked ? "" : sites.reason[i];
  setText(parts.interval, ranked ? `${number(now.low[i], 2)}–${number(now.high[i], 2)}` : "");
  parts.bar.hidden = !ranked;
  placeBar(parts.benefit, 0, now.benefit[i]);
  placeBar(parts.safety, now.benefit[i], now.score[i]);
  placeBar(parts.reach, now.low[i], now.high[i]);
  setText(parts.top, ranked ? chance(now.p_top[i]) : "");
  parts.odds.parentNode.hidden = !ranked;
  placeBar(parts.odds, 0, now.p_top[i]);
  const status = sites.status[i];
  if (row.mark !== `${status}${palette.dark}`) {
    row.mark = `${status}${palette.dark}`;
    clear(parts.readyIcon).append(markIcon(palette, { status, band: 2, hollow: false }, 14));
  }
  const word = Object.values(facts.status_words)[status];
  setText(parts.ready, word);
  parts.readyIcon.title = word;
  setText(parts.coverage, ranked ? percent(now.coverage[i]) : "");
}
