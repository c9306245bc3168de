/* Small helpers. Every text of a study enters the page through textContent, never as markup. */
let locale = "id-ID";
let texts = {};

let forms = new Map(); // one number format for each count of digits: making them is slow

function speak(newLocale, newTexts) {
  locale = newLocale;
  texts = newTexts;
  forms = new Map();
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text != null) node.textContent = text;
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function number(value, digits = 0) {
  if (!forms.has(digits)) {
    const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    forms.set(digits, new Intl.NumberFormat(locale, form));
  }
  return forms.get(digits).format(value);
}

/* Fill {places} of a sentence; a function as replacement keeps "$" in a name an ordinary sign. */
function say(code, fields = {}) {
  return texts[code].replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? ""));
}

function percent(share) {
  return say("percent", { n: number(100 * share) });
}

/* A chance in whole percent; what is not quite nothing, or not quite certain, says so. */
function chance(p) {
  if (p > 0 && p < 0.005) return `<${percent(0.01)}`;
  return p < 1 && p > 0.995 ? `>${percent(0.99)}` : percent(p);
}

function clear(node) {
  node.replaceChildren();
  return node;
}
