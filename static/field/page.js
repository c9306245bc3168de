/* The screens: the team's sites, and one site's questions. */
const main = document.getElementById("main");
const LANGUAGE_NAMES = { id: "Bahasa Indonesia", en: "English" };

function show() {
  stopListening();
  document.documentElement.lang = state.lang;
  showHead();
  showKeeping();
  const site = page.sites[state.at.site];
  if (!site) main.replaceChildren(...listScreen());
  else main.replaceChildren(...(state.at.saved ? savedScreen(site) : siteScreen(site)));
}

/* A page without an origin may not follow its own links, so no screen hangs on an address. */
function go(at) {
  state.at = at;
  try {
    history.pushState(at, "");
  } catch {
    // Without a history the phone's own back key leaves the form; its buttons work all the same.
  }
  arrive();
}

function arrive() {
  show();
  window.scrollTo(0, 0);
  main.querySelector("h1").focus({ preventScroll: true });
}

function showHead() {
  document.getElementById("opening").textContent = words().opening;
  const synthetic = document.getElementById("synthetic");
  synthetic.hidden = !page.synthetic;
  synthetic.textContent = say("synthetic");
  const other = state.lang === "id" ? "en" : "id";
  const toggle = document.getElementById("language");
  toggle.textContent = LANGUAGE_NAMES[other];
  toggle.lang = other;
}

function showKeeping() {
  const keeping = document.getElementById("keeping");
  keeping.className = state.store ? "kept" : "unkept";
  keeping.textContent = say(state.store ? "kept" : "not_kept");
}

function heading(text) {
  const h1 = make("h1");
  h1.tabIndex = -1;
  h1.append(make("bdi", "", text));
  return h1;
}

function listScreen() {
  const done = page.sites.filter((s) => state.visits.has(s.id) && visitOf(s).done).length;
  const until = new Date(`${page.valid_until}T12:00:00`).toLocaleDateString(state.lang, { dateStyle: "long" });
  const about = make("p", "about", say("about", { team: page.team, n: page.sites.length, date: until }));
  const screen = [heading(page.study), about, surveyorBox()];
  screen.push(make("p", "tally", say("tally", { done, n: page.sites.length })));
  const days = [...new Set(page.sites.map((s) => s.day))];
  for (const day of days) {
    screen.push(make("h2", "", day === null ? say("no_day") : say("day", { day })));
    const list = make("ol", "sites");
    page.sites.forEach((site, i) => site.day === day && list.append(siteRow(site, i)));
    screen.push(list);
  }
  return [...screen, filesBox(done), ...emergencyBox()];
}

function surveyorBox() {
  const box = make("label", "surveyor");
  box.dataset.field = "surveyor";
  const input = make("input");
  input.type = "text";
  input.maxLength = 40;
  input.autocomplete = "off";
  input.value = state.surveyor;
  input.addEventListener("input", () => {
    state.surveyor = input.value;
    keepSurveyor();
  });
  const fault = make("span", "fault");
  fault.hidden = true;
  box.append(make("span", "", say("surveyor")), make("span", "hint", say("surveyor_hint")), input, fault);
  return box;
}

function standing(site) {
  const visit = state.visits.get(site.id);
  if (visit && visit.done) return visit.changed ? "changed" : "done";
  return isStarted(visit) ? "begun" : "open";
}

function siteRow(site, i) {
  const row = make("li");
  const link = button("site", "", () => go({ site: i }));
  const who = make("span", "who");
  who.append(make("bdi", "", site.name));
  const where = make("span", "where");
  where.append(make("bdi", "", [kindText(site), site.desa, site.kecamatan].filter(Boolean).join(" · ")));
  const now = standing(site);
  const hours = site.arrive ? `${site.arrive}–${site.leave}` : "";
  const foot = make("span", "foot");
  foot.append(make("span", `chip ${now}`, say(`is_${now}`)), make("span", "hours", hours));
  link.append(make("span", "badge", String(site.order === null ? "·" : site.order)), who, where, foot);
  row.append(link);
  return row;
}

function filesBox(done) {
  const box = make("section", "files");
  const all = button("main", say("save_all", { n: done }), saveAll);
  all.disabled = done === 0;
  const pick = filePick(say("take_back"), say("take_back"));
  pick.input.accept = "application/json,.json";
  pick.input.multiple = true;
  pick.input.addEventListener("change", () => openKept(pick.input.files));
  const told = make("p", "told", state.told);
  told.setAttribute("role", "status");
  box.append(all, pick.label, told, make("p", "hint", say("take_back_hint")));
  return box;
}

async function openKept(files) {
  let taken = 0;
  let broken = 0;
  for (const file of files) {
    try {
      taken += await takeBack(await file.text());
    } catch {
      broken += 1;
    }
  }
  state.told = broken ? say("not_ours") : say("taken_back", { n: taken });
  show();
}

function emergencyBox() {
  if (!page.emergency.length) return [];
  const list = make("dl", "emergency");
  for (const [label, value] of page.emergency) list.append(make("dt", "", label), make("dd", "", value));
  return [make("h2", "", say("emergency")), list];
}

function siteScreen(site) {
  const visit = visitOf(site);
  const touch = (field) => touched(visit, field);
  const back = button("back", say("back"), () => go({}));
  const screen = [back, heading(site.name), ...siteFacts(site)];
  if (!state.surveyor.trim()) screen.push(surveyorBox());
  screen.push(make("p", "hint", say("tap_again")));
  page.questions.forEach((question) => screen.push(questionCard(question, site, visit, touch)));
  screen.push(noteCard(visit), saveBar(site, visit));
  setTimeout(() => refresh(visit));
  return screen;
}

function siteFacts(site) {
  const place = [site.address, site.desa, site.kecamatan].filter(Boolean).join(", ");
  const about = make("p", "about");
  about.append(make("bdi", "", [kindText(site), site.agency, place].filter(Boolean).join(" · ")));
  const box = make("section", "facts");
  const conditions = site.conditions.map((code) => words().conditions[code]);
  for (const [code, lines] of [["hazards", site.hazards], ["reasons", site.reasons], ["conditions", conditions]]) {
    if (!lines.length) continue;
    const list = make("ul", code);
    list.append(...lines.map((line) => make("li", "", line)));
    box.append(make("h2", "", say(code)), list);
  }
  return box.children.length ? [about, box] : [about];
}

function questionCard(question, site, visit, touch) {
  const card = make("section", "question");
  card.dataset.question = question.n;
  const text = make("h2");
  text.append(make("span", "number", String(question.n)), make("span", "", words().questions[question.n]));
  if (site.must.includes(question.n)) text.append(make("b", "must", say("must")));
  card.append(text);
  const alone = question.fields.length === 1;
  for (const field of question.fields) card.append(fieldBox(field, visit, touch, alone));
  return card;
}

function noteCard(visit) {
  const card = make("section", "question");
  card.dataset.field = "note";
  const area = textArea(say("note"), visit.note);
  area.addEventListener("input", () => {
    visit.note = area.value;
    touched(visit, null);
  });
  const fault = make("p", "fault");
  fault.hidden = true;
  card.append(make("h2", "", say("note")), make("p", "hint", words().opening), area, fault);
  return card;
}

function saveBar(site, visit) {
  const bar = make("div", "bar");
  const count = make("p", "count");
  count.id = "count";
  bar.append(count);
  if (!state.store) bar.append(button("quiet", say("save_draft"), () => saveDraft(site, visit)));
  bar.append(button("main", say("save"), () => save(site, visit)));
  return bar;
}

function touched(visit, field) {
  if (!visit.started_at) visit.started_at = isoNow();
  visit.changed = true;
  if (field && !problemOf(field, visit)) showFault(field.name, "");
  refresh(visit);
  keepVisit(visit);
}

function refresh(visit) {
  for (const question of page.questions) {
    const card = main.querySelector(`[data-question="${question.n}"]`);
    if (!card) return;
    for (const field of question.fields) {
      card.querySelector(`[data-field="${field.name}"]`).hidden = !isAsked(field, visit);
    }
    card.hidden = !question.fields.some((field) => isAsked(field, visit));
  }
  document.getElementById("count").textContent = say("count", progress(visit));
}

function unsaved() {
  return !state.store && [...state.visits.values()].some((visit) => visit.changed);
}

async function start() {
  document.getElementById("language").addEventListener("click", () => {
    state.lang = state.lang === "id" ? "en" : "id";
    show();
  });
  window.addEventListener("popstate", (event) => {
    state.at = event.state || {};
    arrive();
  });
  window.addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
  await recall();
  document.body.classList.add("ready");
  show();
}
