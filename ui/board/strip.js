/* The strip at first sight: how sure the first place is, and how many sites stand where. */
function showStrip(node, facts, now, palette, { chosenStatus, chooseStatus }) {
  clear(node);
  const headline = make("p", "headline", now.headline);
  headline.setAttribute("role", "status");
  const weights = make("p", now.tried ? "pill tried" : "pill", now.tried ? say("tried") : facts.weights_text);
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
  const [first, second] = [make("div", "line-of"), make("div", "line-of")];
  first.append(headline, weights);
  second.append(visit, keys);
  node.append(first, second);
  if (!now.fault) return;
  const fault = make("p", "fault", now.fault);
  fault.setAttribute("role", "alert");
  node.append(fault);
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
