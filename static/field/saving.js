/* Saving: a file after every site, and what to do with it once it is there. */
function finished(visit) {
  if (visit.done && !visit.changed) return;
  if (!visit.started_at) visit.started_at = isoNow();
  Object.assign(visit, { revision: visit.revision + 1, ended_at: isoNow(), done: true, changed: false });
}

async function save(site, visit) {
  const found = problems(visit);
  for (const name of [...fieldsByName.keys(), "note", "surveyor"]) showFault(name, "");
  found.forEach(({ name, text }) => showFault(name, text));
  const first = found[0] && main.querySelector(`[data-field="${found[0].name}"]`);
  if (found.length) return first && first.scrollIntoView({ block: "center" });
  finished(visit);
  download(fileName(site.id, visit.revision + 1), fileText([visit]));
  await keepVisit(visit);
  go({ site: page.sites.indexOf(site), saved: true });
  return undefined;
}

/* Half a visit: the office is not told of it, only this form reads it again. */
function saveDraft(site, visit) {
  download(fileName(`${filePart(site.id)}-draf`, visit.revision + 2), fileText([], [visit]));
}

async function saveAll() {
  const done = page.sites.map((site) => state.visits.get(site.id)).filter((visit) => visit && visit.done);
  const whole = done.filter((visit) => !visit.changed || !problems(visit).length);
  whole.forEach(finished);
  const drafts = [...state.visits.values()].filter((visit) => isStarted(visit) && !whole.includes(visit));
  download(fileName("semua", whole.length), fileText(whole, drafts));
  for (const visit of whole) await keepVisit(visit);
  show();
}

function savedScreen(site) {
  const visit = visitOf(site);
  const name = fileName(site.id, visit.revision + 1);
  const again = button("", say("save_again"), () => download(name, fileText([visit])));
  const next = button("main", say("next"), () => go({}));
  const edit = button("", say("edit"), () => go({ site: page.sites.indexOf(site) }));
  [next.id, edit.id] = ["next", "edit"];
  const code = make("section", "code");
  carriedText(visit).then((text) => code.append(...codeParts(text)));
  return [heading(site.name), make("p", "saved", say("saved", { name })), next, again, edit, code];
}

function codeParts(text) {
  const area = textArea(say("as_text"), text);
  area.removeAttribute("maxlength");
  area.value = text;
  area.readOnly = true;
  const copy = button("", say("copy"), async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      document.execCommand("copy");
    }
    copy.textContent = say("copied");
  });
  const canvas = qrCanvas(text);
  const picture = canvas || make("p", "fault", say("qr_too_long"));
  if (canvas) canvas.setAttribute("role", "img");
  if (canvas) canvas.setAttribute("aria-label", say("qr_about"));
  return [make("h2", "", say("qr")), make("p", "hint", say("qr_hint")), picture, make("h2", "", say("as_text")), area, copy];
}
