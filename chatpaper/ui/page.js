/* Which chip was touched, stepping through the evidence, the keyboard, figures opened large, recent digests.
   Text never becomes HTML here. */
const view = () => document.getElementById("cp-view");
const pane = () => document.getElementById("cp-pane");
const CHIP = ":is(#cp-view, #cp-answers) button[data-passage]";
const chips = () => [...document.querySelectorAll(CHIP)];
const APART = 150;  // milliseconds between two pages that are asked for; a key that is held down asks for more
let current = -1, touched = 0, sent = 0, later = 0, opener = null;

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
  clearTimeout(later);
  later = setTimeout(() => {
    sent = Date.now();
    trigger("evidence", { passage: all[n].dataset.passage, at: n + 1, of: all.length, turn: ++touched });
  }, sent + APART - Date.now());
};
const close = () => {
  delete document.body.dataset.pane;
  chips()[current]?.focus({ preventScroll: true });
};
const large = figure => {
  const dialog = document.getElementById("cp-large") ?? document.body.appendChild(
    Object.assign(document.createElement("dialog"), { id: "cp-large", onclick: () => dialog.close() }));
  const { src, alt } = figure.querySelector("img"), captions = [...figure.querySelectorAll("figcaption [lang]")];
  dialog.setAttribute("aria-label", alt.slice(0, 60));
  dialog.replaceChildren(
    Object.assign(document.createElement("img"), { src, alt }),
    ...captions.map(({ lang, textContent }) => Object.assign(document.createElement("p"), { lang, textContent })));
  dialog.showModal();
};
const jump = ({ to, n }) => {
  const there = view().querySelector(`[data-${to === "figure" ? to : "claim"}="${Number(n)}"]`);
  view().querySelectorAll("[data-here]").forEach(element => delete element.dataset.here);
  if (!there) return;
  there.dataset.here = "";
  there.scrollIntoView({ block: "center", inline: "center" });
  there.querySelector("button")?.focus({ preventScroll: true });
  setTimeout(() => delete there.dataset.here, 2500);
};

/* Recent digests: kept in this browser only, newest first, one for each paper; a model's is not replaced by extracts. */
const STORE = "chatpaper-recent", MOST = 200;
const whole = e => ["sha256", "title", "arxiv_id", "file", "at"].every(name => typeof e?.[name] === "string");
const recent = () => { try { return JSON.parse(localStorage.getItem(STORE)).filter(whole); } catch { return []; } };
const keep = list => { try { localStorage.setItem(STORE, JSON.stringify(list.slice(0, MOST))); } catch { /* full or forbidden */ } };
const noted = new Set();
const note = () => document.querySelectorAll("[data-kept]").forEach(({ dataset: { kept } }) => {
  if (noted.has(kept)) return;
  noted.add(kept);
  const entry = JSON.parse(kept), list = recent(), before = list.find(e => e.sha256 === entry.sha256);
  const better = before && !before.extractive && entry.extractive ? before : entry;
  keep([better, ...list.filter(e => e.sha256 !== entry.sha256)]);
});
const forget = left => { keep(left); noted.clear(); keepAsked(asked()); draw(); };

/* What was asked of these papers, and the answers: kept here, too, and given back when their paper is opened again. */
const ASKED = "chatpaper-asked";
const asked = () => { try { return JSON.parse(localStorage.getItem(ASKED)) ?? {}; } catch { return {}; } };
const keepAsked = all => {
  const papers = new Set(recent().map(e => e.sha256)), left = Object.entries(all).filter(([of]) => papers.has(of));
  for (; ; left.shift()) {  // the oldest go where there is no room
    try { return localStorage.setItem(ASKED, JSON.stringify(Object.fromEntries(left))); } catch { if (!left.length) return; }
  }
};
const remember = () => {
  const section = document.querySelector("#cp-answers [data-of]");
  if (!section || section.dataset.seen) return;
  section.dataset.seen = "1";
  const { of } = section.dataset, { [of]: before, ...others } = asked();
  const answers = [...section.querySelectorAll("[data-answer]")].map(e => e.dataset.answer);
  if ("recall" in section.dataset) { if (before) trigger("recall", { of, answers: before }); }
  else if (answers.length && answers.join() !== before?.join()) keepAsked({ ...others, [of]: answers });
};
const made = (tag, given, ...inside) => {
  const element = Object.assign(document.createElement(tag), given);
  element.append(...inside);
  return element;
};
const draw = () => {
  const section = document.querySelector(".home .recent"), list = section?.querySelector("ul");
  if (!list) return;
  const words = section.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = recent(), fits = e => words.every(w => `${e.title} ${e.arxiv_id} ${e.file}`.toLowerCase().includes(w));
  list.replaceChildren(...entries.filter(fits).map(e => {
    const facts = [e.arxiv_id || e.file, e.at?.slice(0, 10), e.extractive && list.dataset.extract].filter(Boolean).join(" · ");
    const open = made("button", { type: "button" }, made("b", {}, e.title), " ", made("small", {}, facts));
    const remove = made("button", { type: "button", ariaLabel: `${list.dataset.forget}: ${e.title}` }, "✕");
    open.dataset.recent = remove.dataset.forgetOne = e.sha256;
    return made("li", {}, open, remove);
  }));
  list.dataset.drawn = "";
  section.hidden = !entries.length;
};
document.addEventListener("input", event => { if (event.target.closest?.(".recent")) draw(); });
window.addEventListener("storage", draw);

/* What the page is used for: `#post` in the address, else papers. */
const mode = () => {
  const name = location.hash.slice(1);
  document.body.dataset.mode = document.getElementById(`cp-to-${name}`) ? name : "papers";
  for (const button of document.querySelectorAll(".cp-to"))
    button.setAttribute("aria-pressed", button.id === `cp-to-${document.body.dataset.mode}` ? "true" : "false");
};
window.addEventListener("hashchange", mode);

/* Several papers: ids pasted on lines of their own, PDFs dropped anywhere on the page. */
const drop = event => {
  const files = [...event.dataTransfer?.items ?? []].some(item => item.kind === "file");
  const box = document.querySelector("#cp-upload input[type=file], input[type=file]#cp-upload") ?? document.querySelector("input[type=file]");
  if (!files || !box || document.body.dataset.mode !== "papers") return;
  event.preventDefault();
  document.body.toggleAttribute("data-drop", event.type === "dragover");
  if (event.type !== "drop" || !event.dataTransfer.files.length) return;
  box.files = event.dataTransfer.files;
  box.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("dragover", drop);
document.addEventListener("drop", drop);
document.addEventListener("dragleave", event => { if (!event.relatedTarget) document.body.removeAttribute("data-drop"); });
document.addEventListener("paste", event => {
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (!event.target.closest?.("#cp-source") || !text.includes("\n")) return;
  event.preventDefault();
  document.execCommand("insertText", false, text.split(/\s+/).join(" "));
});

document.addEventListener("click", event => {
  const on = selector => event.target.closest?.(selector);
  let found;
  if (found = on(CHIP)) show(chips().indexOf(found));
  else if (found = on("#cp-pane [data-step]")) show(current + Number(found.dataset.step));
  else if (on("#cp-pane [data-close]")) close();
  else if (found = on("#cp-view .enlarge")) large(found.closest("figure"));
  else if (found = on("#cp-view [data-translate]")) {
    Object.assign(found, { disabled: true, textContent: found.dataset.translate });
    trigger("translate");
  }
  else if (found = on("#cp-view [data-to]")) jump(found.dataset);
  else if (found = on("[data-paper]")) trigger("turn", { at: Number(found.dataset.paper) });
  else if (on("[data-resume]")) trigger("resume");
  else if (found = on(".cp-to")) location.hash = found.id.slice("cp-to-".length);
  else if (on("[data-home]")) { location.hash = ""; trigger("home"); }
  else if (found = on("[data-recent]")) trigger("recent", recent().find(e => e.sha256 === found.dataset.recent));
  else if (found = on("[data-forget-one]")) forget(recent().filter(e => e.sha256 !== found.dataset.forgetOne));
  else if (on("[data-forget-all]")) forget([]);
  else if (found = on("#cp-view [data-example]")) trigger("example", { id: found.dataset.example });
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [role=radiogroup], [role=listbox], dialog, .figures, .pg")) return;
  if (event.key === "Escape") close();
  else if (event.key === "j" || event.key === "ArrowRight") show(current + 1);
  else if (event.key === "k" || event.key === "ArrowLeft") show(current - 1);
});

/* What had the focus has it again after its part of the page was drawn anew. */
let held = "";
document.addEventListener("focusin", ({ target }) => {
  const name = ["paper", "passage"].find(name => target.dataset?.[name]);
  held = name ? `button[data-${name}="${CSS.escape(target.dataset[name])}"]` : "";
});
document.addEventListener("focusout", ({ target }) => { if (target.isConnected && document.hasFocus()) held = ""; });
const hold = () => {
  if (held && document.activeElement === document.body) document.querySelector(held)?.focus({ preventScroll: true });
};

/* What went wrong is in sight, also where the settings that mend it have opened above it. */
let told = "";
const tell = () => {
  const alert = view()?.querySelector("[role=alert]"), said = alert?.textContent ?? "";
  if (said && said !== told) setTimeout(() => alert.scrollIntoView({ block: "nearest" }), 300);
  told = said;
};

const changed = () => {
  mode();
  if (!chips().length) current = -1;
  mark();
  note();
  remember();
  hold();
  tell();
  if (document.querySelector(".recent ul:not([data-drawn])")) draw();
};
changed();
new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
watch("value", async () => {
  pane().classList.remove("busy");
  const page = pane().querySelector(".pg"), img = page?.querySelector("img");
  if (!page?.dataset.y) return;
  await img.decode().catch(() => {});
  page.scrollTo(page.dataset.x * img.width - page.clientWidth * 0.15, page.dataset.y * img.height - page.clientHeight * 0.35);
});
