/* The strip at first sight: how sure the first place is, who set the weights, what stands where. */
function showStrip(node, facts, now, palette, { chosenStatus, chooseStatus }) {
  clear(node);
  const headline = make("p", "headline");
  headline.setAttribute("role", "status");
  headline.append(make("b", null, now.first.headline));
  if (now.first.more) headline.append(" ", make("span", null, now.first.more));
  node.classList.toggle("sure", now.first.clear);
  const weights = make("p", now.tried ? "pill tried" : "pill", now.weights_text);
  const visit = make("p", "visit", now.visit_only);
  const counts = [0, 0, 0, 0];
  for (const status of facts.sites.status) counts[status] += 1;
  const keys = make("div", "counts");
  keys.setAttribute("role", "group");
  keys.setAttribute("aria-label", say("filter"));
  Object.values(facts.status_words).forEach((word, status) => {
    const button = make("button", "count");
    button.type = "button";
    button.setAttribute("aria-pressed", String(chosenStatus === status));
    button.append(markIcon(palette, { status, band: 2, hollow: false }, 18));
    button.append(make("b", null, number(counts[status])), make("span", null, word));
    button.onclick = () => chooseStatus(status);
    keys.append(button);
  });
  const said = make("div", "said");
  said.append(weights, visit);
  const [first, second] = [make("div", "line-of"), make("div", "line-of")];
  first.append(headline);
  if (now.first.leaders.length) first.append(firstShares(facts, now.first));
  second.append(said, keys);
  node.append(first, second);
  if (!now.fault) return;
  const fault = make("p", "fault", now.fault);
  fault.setAttribute("role", "alert");
  node.append(fault);
}

/* Who shares the first place, as one bar; the line is what a clear winner must reach. */
function firstShares(facts, { leaders, others, threshold, key }) {
  const box = make("div", "firsts");
  const bar = make("div", "shares");
  const parts = leaders.map(([i, share]) => [facts.sites.name[i], share]);
  if (others > 0.0005) parts.push([say("first.others"), others]);
  parts.forEach(([name, share], k) => {
    const text = `${name} ${chance(share)}`;
    const piece = make("span", k < leaders.length ? `piece p${k}` : "piece rest", text);
    piece.style.width = `${100 * share}%`;
    piece.title = text;
    bar.append(piece);
  });
  const line = make("i", "threshold");
  line.style.left = `${100 * threshold}%`;
  bar.append(line);
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", parts.map(([name, share]) => `${name} ${chance(share)}`).join(", "));
  box.append(bar, make("p", "shares-key", key));
  return box;
}

/* The legend under the map: bands of the score, approximate places, badges. */
function showLegend(node, facts, palette) {
  clear(node);
  const ramp = make("div", "ramp");
  ramp.append(make("span", "of", say("legend.score")));
  facts.band_words.forEach((word, band) => {
    const step = make("span", "step");
    const colour = make("i");
    colour.style.background = palette.ramp[band];
    step.append(colour, make("small", null, word));
    ramp.append(step);
  });
  const signs = make("div", "signs");
  const hollow = make("span", "sign");
  hollow.append(markIcon(palette, { status: 0, band: 2, hollow: true }), make("span", null, say("approximate")));
  const badge = make("span", "sign");
  const one = make("b", "one", number(1));
  one.setAttribute("aria-hidden", "true");
  badge.append(one, make("span", null, say("badge")));
  signs.append(hollow, badge);
  const lost = facts.sites.lon.filter((x) => x == null).length;
  if (lost) signs.append(make("span", "sign", say("unplaced", { n: number(lost) })));
  if (!facts.kecamatan.features.length) signs.append(make("span", "sign", say("no_boundary")));
  node.append(ramp, signs);
  if (facts.attribution) node.append(make("p", "credit", say("source", { text: facts.attribution })));
}
