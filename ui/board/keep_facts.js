/* Keeps what no weight changes where the board finds it. A few are kept, so going back is quick. */
const KEPT = 4;

export default function ({ data }) {
  const facts = JSON.parse(new TextDecoder().decode(data));
  const all = (globalThis.tapakFacts ??= new Map());
  all.delete(facts.key);
  all.set(facts.key, facts);
  while (all.size > KEPT) all.delete(all.keys().next().value);
  document.documentElement.lang = facts.lang;
  document.dispatchEvent(new CustomEvent("tapak-facts", { detail: facts.key }));
}
