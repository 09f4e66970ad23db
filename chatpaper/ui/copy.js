/* The text of a file; without one, the address that opens this digest. */
async file => {
  const button = document.getElementById(file ? "cp-copy" : "cp-link");
  const id = document.querySelector("[data-link]")?.dataset.link ?? "";
  const link = `${location.origin}${location.pathname}?paper=${encodeURIComponent(id)}`;
  const text = file ? fetch(file.url).then(answer => answer.text()) : Promise.resolve(link);
  try {
    // the promise goes in, for browsers that ask for the touch and the writing at the same time
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text.then(t => new Blob([t], { type: "text/plain" })) })]);
  } catch {  // no clipboard: not https, or an old browser
    const area = Object.assign(document.createElement("textarea"), { value: await text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.dataset.done = "";
  setTimeout(() => delete button.dataset.done, 2500);
}
