async file => {
  const button = document.getElementById("cp-copy");
  const text = fetch(file.url).then(answer => answer.text());
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
