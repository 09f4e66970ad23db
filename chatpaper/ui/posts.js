/* The list of papers to choose from: what is ticked goes to the server, which says what that would take. */
const list = () => document.getElementById("cp-post-list");
const boxes = () => [...(list()?.querySelectorAll("input[type=checkbox]") ?? [])];
let ticked = 0;
const tell = () => trigger("ticked", { ids: boxes().filter(box => box.checked).map(box => box.value), turn: ++ticked });
document.addEventListener("change", event => { if (event.target.closest?.("#cp-post-list")) tell(); });
document.addEventListener("click", event => {
  const all = event.target.closest?.("#cp-post-list [data-tick]");
  if (!all) return;
  for (const box of boxes()) box.checked = Boolean(all.dataset.tick);
  tell();
});
