/* The page's data, its words in two languages, and small things every part uses. */
const page = JSON.parse(document.getElementById("data").textContent);
const state = { lang: page.lang, surveyor: "", store: null, visits: new Map(), told: "", at: {} };
const fieldsByName = new Map(page.questions.flatMap((q) => q.fields).map((f) => [f.name, f]));

function words() {
  return page.words[state.lang];
}

function say(code, holes = {}) {
  return words().say[code].replace(/\{(\w+)\}/g, (_, name) => String(holes[name]));
}

/* Text only ever enters the page here, as text: a site's name is data, never code. */
function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function button(className, text, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

function choiceLabel(field, choice) {
  return words().fields[field.name].choices[field.choices.indexOf(choice)];
}

function kindText(site) {
  const field = fieldsByName.get("q02_jenis");
  const known = field && field.choices.includes(site.kind);
  return known ? choiceLabel(field, site.kind) : site.kind_text;
}

function decimal(value, digits) {
  const text = value.toFixed(digits);
  return state.lang === "id" ? text.replace(".", ",") : text;
}

function distanceText(metres) {
  return metres < 995 ? `${Math.round(metres)} m` : `${decimal(metres / 1000, 1)} km`;
}

/* Local time with its offset, so that a phone's zone is never guessed later. */
function isoNow() {
  const now = new Date();
  const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const offset = -now.getTimezoneOffset();
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${date}T${time}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

/* crypto.randomUUID is missing where a file is not a secure context; getRandomValues is not. */
function uuid4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function filePart(text) {
  return text.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 40) || "x";
}
