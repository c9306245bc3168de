/* Small helpers. Every text of a study enters the page through textContent, never as markup. */
let locale = "id-ID";
let texts = {};

function speak(newLocale, newTexts) {
  locale = newLocale;
  texts = newTexts;
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
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(locale, form);
}

/* Fill {places} of a sentence; a function as replacement keeps "$" in a name an ordinary sign. */
function say(code, fields = {}) {
  return texts[code].replace(/\{(\w+)\}/g, (_, name) => String(fields[name] ?? ""));
}

function percent(share) {
  return say("percent", { n: number(100 * share) });
}

function clear(node) {
  node.replaceChildren();
  return node;
}
