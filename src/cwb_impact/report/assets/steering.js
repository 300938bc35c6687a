// Filters of the steering page. Without this script every row is shown. What is chosen stands in the address, after #.
(() => {
  "use strict";
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const controls = [...form.querySelectorAll("[name]")];
  const facets = controls.filter((control) => control.tagName === "SELECT").map((control) => control.name);
  const rows = [...document.querySelectorAll("main tbody tr")];
  const languages = [...document.querySelectorAll("a.language")];

  const has = (row, name, key) => (row.dataset[name] ?? "").split(" ").includes(key);
  const fits = (row, chosen) =>
    facets.every((name) => !chosen[name] || has(row, name, chosen[name])) &&
    (!chosen.words || row.textContent.toLowerCase().includes(chosen.words.toLowerCase()));

  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const apply = () => {
    const chosen = Object.fromEntries(controls.map((control) => [control.name, control.value.trim()]));
    for (const row of rows) row.hidden = !fits(row, chosen);
    for (const count of document.querySelectorAll(".count")) {
      const table = document.getElementById(count.dataset.for);
      const all = [...table.tBodies[0].rows];
      const left = all.filter((row) => !row.hidden).length;
      count.textContent = filled(form.dataset.some, { n: left, all: all.length });
      table.tHead.hidden = left === 0;
    }
    const sentence = filled(form.dataset.shown, { n: rows.filter((row) => !row.hidden).length, all: rows.length });
    if (shown.textContent !== sentence) shown.textContent = sentence;
    return chosen;
  };

  const address = (chosen) =>
    new URLSearchParams(Object.entries(chosen).filter(([, value]) => value)).toString();

  const change = () => {
    const state = address(apply());
    history.replaceState(null, "", state ? `#${state}` : location.pathname + location.search);
    for (const link of languages) link.hash = state;
  };

  // a link to a row that a choice hides shows all rows again
  const goTo = () => {
    const place = document.getElementById(location.hash.slice(1));
    if (!place || !place.hidden) return;
    for (const control of controls) control.value = "";
    for (const link of languages) link.hash = "";
    apply();
    place.scrollIntoView();
  };

  // #line-140 is a place on the page; only a hash with = is a choice
  const read = () => {
    if (!location.hash.includes("=")) return goTo();
    const state = new URLSearchParams(location.hash.slice(1));
    for (const control of controls) {
      const value = state.get(control.name) ?? "";
      const known = control.tagName !== "SELECT" || [...control.options].some((option) => option.value === value);
      control.value = known ? value : "";
    }
    for (const link of languages) link.hash = location.hash;
  };

  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(change));
  window.addEventListener("hashchange", () => { read(); apply(); });
  for (const waiting of [form, document.querySelector(".hint")]) waiting.hidden = false;
  read();
  apply();
})();
