// The preview's own script: shows what the last build found, and reloads the page when it changed.

/** @type {string | null} */
let tag = null;

/** @param {string} name @param {string} text @param {string} [className] */
function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** @param {{current: boolean, findings: {file: string, line: number, column: number, severity: string, code: string, message: string, help: string | null, source: string}[]}} state */
function show(state) {
  document.getElementById("attestar-findings")?.remove();
  if (state.findings.length === 0) return;
  const panel = document.createElement("section");
  panel.id = "attestar-findings";
  panel.setAttribute("aria-label", "Findings");
  panel.classList.toggle("warnings", state.current);
  const words = state.current ? "The register was built, with warnings" : "Not built: these pages are older";
  panel.append(element("h2", words));
  const close = element("button", "×");
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => panel.remove());
  panel.append(close);
  const list = document.createElement("ol");
  for (const found of state.findings) {
    const item = document.createElement("li");
    item.append(element("strong", `${found.severity}[${found.code}] `, found.severity), element("span", found.message));
    item.append(document.createElement("br"), element("code", `${found.file}:${found.line}:${found.column}`));
    if (found.source) item.append(element("pre", found.source));
    if (found.help) item.append(element("div", `help: ${found.help}`));
    list.append(item);
  }
  panel.append(list);
  document.body.append(panel);
}

async function update() {
  const [state, page] = await Promise.all([
    fetch("/.attestar/state", { cache: "no-store" }).then((answer) => answer.json()),
    fetch(location.pathname, { method: "HEAD", cache: "no-store" }),
  ]);
  const now = page.headers.get("etag") ?? String(page.status);
  if (tag !== null && tag !== now) {
    location.reload();
    return;
  }
  tag = now;
  show(state);
}

new EventSource("/.attestar/events").addEventListener("message", () => void update());
