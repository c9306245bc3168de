/* What is asked, what is answered, what is wrong: rules without a page. */
const NOTHING = "tidak_ada";
const NIK = /\d{16}/;

function newVisit(site) {
  return {
    submission: uuid4(), site: site.id, started_at: "", ended_at: "", revision: -1, note: "",
    answers: {}, wrong: {}, photos: {}, photo_facts: {}, done: false, changed: false,
  };
}

function visitOf(site) {
  if (!state.visits.has(site.id)) state.visits.set(site.id, newVisit(site));
  return state.visits.get(site.id);
}

/* Shown only when the field it hangs on is shown and has one of the answers named. */
function isAsked(field, visit) {
  if (!field.relevant) return true;
  const [name, wanted] = field.relevant;
  const parent = fieldsByName.get(name);
  const given = [].concat(visit.answers[name] === undefined ? [] : visit.answers[name]);
  return isAsked(parent, visit) && given.some((value) => wanted.includes(value));
}

function isAnswered(field, visit) {
  return visit.answers[field.name] !== undefined;
}

function progress(visit) {
  const asked = page.questions.filter((q) => q.fields.some((f) => isAsked(f, visit)));
  const done = asked.filter((q) => q.fields.some((f) => isAsked(f, visit) && isAnswered(f, visit)));
  return { asked: asked.length, done: done.length };
}

function isStarted(visit) {
  return Boolean(visit && visit.started_at);
}

/* A typed number, or null; thousands separators are refused, for 1.200 may be either. */
function typedNumber(field, text) {
  const shape = field.type === "integer" ? /^\d{1,6}$/ : /^\d{1,6}([.,]\d{1,2})?$/;
  const value = shape.test(text.trim()) ? Number(text.trim().replace(",", ".")) : NaN;
  const low = field.min === null || value >= field.min;
  const high = field.max === null || value <= field.max;
  return Number.isFinite(value) && low && high ? value : null;
}

/* Ticking one of many: "nothing" stands alone, and the order is always the field's own. */
function ticked(field, before, choice, on) {
  let chosen = before.filter((c) => c !== choice);
  if (on && choice === NOTHING) chosen = [NOTHING];
  else if (on) chosen = [...chosen.filter((c) => c !== NOTHING), choice];
  return field.choices.filter((c) => chosen.includes(c));
}

function problemOf(field, visit) {
  if (!isAsked(field, visit)) return "";
  if (visit.wrong[field.name] !== undefined) {
    return say("number_wrong", { min: field.min, max: field.max });
  }
  const answer = visit.answers[field.name];
  if (field.type === "text" && NIK.test(answer || "")) return say("no_nik");
  return field.required && answer === undefined ? say("required") : "";
}

function problems(visit) {
  const found = [];
  if (!state.surveyor.trim()) found.push({ name: "surveyor", text: say("surveyor_missing") });
  for (const field of fieldsByName.values()) {
    const text = problemOf(field, visit);
    if (text) found.push({ name: field.name, text });
  }
  if (NIK.test(visit.note)) found.push({ name: "note", text: say("no_nik") });
  return found;
}

/* Only what was asked is sent: an answer to a question no longer shown is left out. */
function sentAnswers(visit) {
  const sent = {};
  for (const field of fieldsByName.values()) {
    if (isAsked(field, visit) && isAnswered(field, visit)) sent[field.name] = visit.answers[field.name];
  }
  return sent;
}

/* An answer from a file kept earlier, only if this form could have made it. */
function trusted(field, value) {
  if (field.type === "choice") return field.choices.includes(value);
  if (field.type === "many") {
    return Array.isArray(value) && value.length > 0 && value.every((v) => field.choices.includes(v));
  }
  if (field.type === "point") {
    return Boolean(value) && inIndonesia(value.lon, value.lat) && typeof value.source === "string";
  }
  if (typeof value === "number") return typedNumber(field, String(value)) !== null;
  return typeof value === "string" && ["text", "photo"].includes(field.type);
}
