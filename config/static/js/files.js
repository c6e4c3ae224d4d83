// Files are sent while the form is still being written: chosen, dropped on the form, or pasted. The form itself then
// sends their keys. Without this file the field sends them with the form. See escalations/_files.html.
(() => {
  const LARGEST = 25 * 1024 * 1024;
  const boxOf = (element) => element?.closest?.("form")?.querySelector("[data-files]");

  const line = (box, name) => {
    const item = document.createElement("li");
    item.className = "file";
    const label = document.createElement("span");
    label.className = "cut file-keep";
    label.textContent = `${box.dataset.busy} ${name}`;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", label.textContent);
    item.append(label, bar);
    box.querySelector("[data-file-list]").append(item);
    return { item, bar };
  };

  const refuse = (item, why) => {
    item.className = "file wrong";
    item.setAttribute("role", "alert");
    item.textContent = why;
  };

  const send = (box, file) => {
    const name = file.name || "pasted.png";
    const { item, bar } = line(box, name);
    if (file.size > LARGEST) return refuse(item, `${name}: ${box.dataset.large}`);
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("upload", file, name);
    body.append("csrfmiddlewaretoken", box.closest("form").querySelector("[name=csrfmiddlewaretoken]").value);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
    request.addEventListener("error", () => refuse(item, `${name}: ${box.dataset.failed}`));
    request.addEventListener("load", () => {
      if (![201, 400, 401].includes(request.status)) return refuse(item, `${name}: ${box.dataset.failed}`);
      const shelf = document.createElement("template");
      shelf.innerHTML = request.responseText;
      item.replaceWith(shelf.content);
      box.querySelector("[data-file-news]").textContent = request.status === 201 ? name : "";
    });
    request.open("POST", box.dataset.files);
    request.send(body);
  };

  const sendAll = (box, files) => [...files].slice(0, Number(box.dataset.most)).forEach((file) => send(box, file));
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-files] input[type=file]")) return;
    sendAll(boxOf(event.target), event.target.files);
    event.target.value = "";
  });

  document.addEventListener("paste", (event) => {
    const box = boxOf(event.target);
    const files = event.clipboardData?.files;
    if (!box || !files?.length) return;
    // A table copied from a spreadsheet comes as text and as a picture of it: the text is meant.
    if (event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    sendAll(box, files);
  });

  document.addEventListener("dragover", (event) => {
    const box = boxOf(event.target);
    if (!hasFiles(event)) return;
    event.preventDefault(); // beside a form, too: the browser would leave the page for the file
    box?.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.querySelectorAll(".files.over").forEach((box) => box.classList.remove("over")); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    document.querySelectorAll(".files.over").forEach((box) => box.classList.remove("over"));
    const box = boxOf(event.target);
    if (box) sendAll(box, event.dataTransfer.files);
  });

  document.addEventListener("click", (event) => {
    event.target.closest("[data-file-dismiss]")?.closest("li").remove();
    const button = event.target.closest("[data-file-remove]");
    if (!button) return;
    const form = button.closest("form");
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    fetch(button.dataset.fileRemove, { method: "POST", body }).catch(() => {}); // unsent, it is tidied away anyway
    button.closest("li").remove();
    form.querySelector("[data-files] input[type=file]")?.focus();
  });
})();
