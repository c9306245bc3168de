// Fills XForms with ODK's own engine: node fill.mjs JOBS.json → one JSON result a job on stdout.
// A job: {form, media: {name: path}, language, answers: [{name, kind, value}]}.
import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { JSDOM } from "jsdom";

const BROWSER = [
  "window", "document", "DOMParser", "XMLSerializer", "Node", "Element", "XMLDocument", "Document",
  "XPathEvaluator", "XPathResult", "XPathExpression", "NodeFilter", "Attr", "Text", "Comment",
  "CDATASection", "ProcessingInstruction", "CharacterData", "NamedNodeMap", "HTMLElement",
];
const dom = new JSDOM("", { url: "http://localhost/" });
for (const name of BROWSER) {
  const value = name === "window" ? dom.window : dom.window[name];
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
// The engine's bundle asks where it lies, as a CommonJS module would know.
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = join(process.cwd(), "node_modules/@getodk/xforms-engine/dist");
globalThis.__filename = join(globalThis.__dirname, "index.js");
const { loadForm } = await import("@getodk/xforms-engine");

const TYPES = { geojson: "application/geo+json", csv: "text/csv" };
const SET = {
  choice: (node, value) => node.selectValue(value),
  many: (node, value) => node.selectValues(value),
  integer: (node, value) => node.setValue(BigInt(value)),
  photo: (node, value) =>
    node.setValue(new File([fs.readFileSync(value)], value.split("/").pop(), { type: "image/jpeg" })),
};

function* leaves(node) {
  for (const child of node.currentState.children ?? []) {
    if (child.currentState.children) yield* leaves(child);
    else yield child;
  }
}

async function attachment(job, url) {
  const name = String(url).split("/").pop();
  const headers = { "content-type": TYPES[name.split(".").pop()] };
  return new Response(fs.readFileSync(job.media[name]), { status: 200, headers });
}

async function fill(job) {
  const loaded = await loadForm(fs.readFileSync(job.form, "utf8"), {
    fetchFormAttachment: (url) => attachment(job, url),
  });
  if (!loaded.createInstance) throw loaded.error;
  const { root } = loaded.createInstance();
  const named = new Map([...leaves(root)].map((n) => [n.currentState.reference.split("/").pop(), n]));
  const language = root.languages.find((one) => one.language === job.language);
  if (language) root.setLanguage(language);
  for (const { name, kind, value } of job.answers) {
    const node = named.get(name);
    if (!node.currentState.relevant) throw new Error(`${name} is not asked`);
    (SET[kind] ?? ((n, v) => n.setValue(v)))(node, value);
  }
  const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
  const files = [...payload.data[0].entries()];
  const form = files.find(([name]) => name === "xml_submission_file")[1];
  const state = (read) => Object.fromEntries([...named].map(([name, node]) => [name, read(node)]));
  return {
    language: root.currentState.activeLanguage.language,
    languages: root.languages.map((one) => one.language),
    status: payload.status,
    violations: root.validationState.violations.map((v) => [
      v.reference.split("/").pop(), v.violation.condition, v.violation.message?.asString ?? "",
    ]),
    relevant: state((node) => node.currentState.relevant),
    labels: state((node) => node.currentState.label?.asString ?? ""),
    options: state((node) =>
      (node.currentState.valueOptions ?? []).map((one) => [one.value, one.label.asString])),
    values: state((node) => node.currentState.instanceValue ?? ""),
    attachments: files.filter(([name]) => name !== "xml_submission_file").map(([name]) => name),
    xml: await form.text(),
  };
}

const results = [];
for (const job of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) results.push(await fill(job));
process.stdout.write(JSON.stringify(results), () => process.exit(0));
