/* Which chip was touched, stepping through the evidence, the keyboard, figures opened large. Builds no HTML. */
const view = () => document.getElementById("cp-view");
const pane = () => document.getElementById("cp-pane");
const chips = () => [...(view()?.querySelectorAll("button[data-passage]") ?? [])];
let current = -1, opener = null;

const mark = () => chips().forEach((chip, n) => {
  const pressed = n === current ? "true" : "false";
  if (chip.getAttribute("aria-pressed") !== pressed) chip.setAttribute("aria-pressed", pressed);
});
const show = n => {
  const all = chips();
  if (n < 0 || n >= all.length) return;
  current = n;
  mark();
  all[n].scrollIntoView({ block: "nearest" });
  document.body.dataset.pane = "open";
  pane().classList.add("busy");
  setTimeout(() => pane().classList.remove("busy"), 3000);
  trigger("evidence", { passage: all[n].dataset.passage, at: n + 1, of: all.length });
};
const close = () => {
  delete document.body.dataset.pane;
  chips()[current]?.focus({ preventScroll: true });
};
const large = img => {
  const dialog = document.getElementById("cp-large") ?? document.body.appendChild(
    Object.assign(document.createElement("dialog"), { id: "cp-large", onclick: () => dialog.close() }));
  const copy = Object.assign(document.createElement("img"), { src: img.src, alt: img.alt });
  dialog.replaceChildren(copy);
  dialog.showModal();
};

document.addEventListener("click", event => {
  const on = selector => event.target.closest?.(selector);
  let found;
  if (found = on("#cp-view button[data-passage]")) show(chips().indexOf(found));
  else if (found = on("#cp-pane [data-step]")) show(current + Number(found.dataset.step));
  else if (on("#cp-pane [data-close]")) close();
  else if (found = on("#cp-view figure img")) large(found);
  else if (found = on("#cp-view [data-example]")) trigger("example", { id: found.dataset.example });
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [role=radiogroup], [role=listbox], dialog, .figures, .pg")) return;
  if (event.key === "Escape") close();
  else if (event.key === "j" || event.key === "ArrowRight") show(current + 1);
  else if (event.key === "k" || event.key === "ArrowLeft") show(current - 1);
});

new MutationObserver(() => { if (!chips().length) current = -1; mark(); })
  .observe(document.body, { childList: true, subtree: true });
watch("value", async () => {
  pane().classList.remove("busy");
  const page = pane().querySelector(".pg"), img = page?.querySelector("img");
  if (!page?.dataset.y) return;
  await img.decode().catch(() => {});
  page.scrollTo(page.dataset.x * img.width - page.clientWidth * 0.15, page.dataset.y * img.height - page.clientHeight * 0.35);
});
