// Shows blocks of HTML made on the server and reports clicks on their buttons.

const PATIENCE = 5000; // milliseconds
const PANEL = ".st-key-source";

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  const view = parentElement.querySelector(".view");
  const tell = teller(view, data.heard, setTriggerValue);
  renew(view, data.blocks);
  view.setAttribute("aria-busy", String(Boolean(data.busy)));
  view.classList.toggle("last", Boolean(data.last));
  // What is in progress is renewed several times a second; after a long silence the page is asked for once more.
  clearTimeout(view.waiting);
  if (data.busy) view.waiting = setTimeout(() => setTriggerValue("clicks", view.untold), PATIENCE);
  if (data.last && !view.arrived) view.scrollIntoView({ block: "start" });
  if (!view.arrived) {
    for (const kind of ["pointerover", "focusin"]) view.addEventListener(kind, ({ target }) => keepInside(target, view));
  }
  view.arrived = true;
  if ("open" in data) {
    if (!data.open && view.opened) giveBack(view, view.opened);
    view.opened = data.open;
    for (const cite of view.querySelectorAll("[data-act=open]")) {
      cite.setAttribute("aria-pressed", String(cite.dataset.value === data.open));
    }
  }
  view.onclick = (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    const { act, value = "" } = button.dataset;
    if (act === "copy") {
      copy(data.copy, view).then((done) => say(button, done ? "Copied" : "Copying failed"));
      return;
    }
    if (act === "edit") {
      edit(button, (text) => tell({ act, value, text }));
      return;
    }
    tell({ act, value, text: act === "open" ? moment() : "" });
    if (act === "open" && matchMedia("(max-width: 60rem)").matches) {
      whenOpened(() => button.scrollIntoView({ block: "nearest", behavior: "smooth" }));
    }
  };
}

// Whoever closed the source goes on from the number that opened it, once the panel is gone.
function giveBack(view, name, times = 60) {
  const held = document.activeElement;
  if (held === document.body) {
    view.querySelector(`[data-act=open][data-value="${CSS.escape(name)}"]`)?.focus({ preventScroll: true });
  } else if (times && held?.closest(PANEL)) {
    setTimeout(() => giveBack(view, name, times - 1), 50);
  }
}

// On a phone the source covers the lower half; it takes a moment to come.
function whenOpened(then, times = 50) {
  if (times && !document.querySelector(PANEL)) setTimeout(() => whenOpened(then, times - 1), 200);
  else setTimeout(then, 400);
}

// Puts a field in the place of the question until it is asked in other words, or left as it was.
function edit(button, ask) {
  const asked = button.closest(".asked");
  const question = asked.querySelector(".question").textContent;
  const shown = [...asked.children];
  const form = document.createElement("form");
  form.className = "editor";
  form.innerHTML =
    '<textarea rows="2" aria-label="The question"></textarea>' +
    '<p><button class="plain filled" type="submit">Ask</button> <button class="plain" type="button">Cancel</button></p>';
  const field = form.querySelector("textarea");
  const close = () => {
    form.remove();
    for (const node of shown) node.hidden = false;
    button.focus();
  };
  field.value = question;
  form.onsubmit = (event) => {
    event.preventDefault();
    if (field.value.trim()) ask(field.value);
    close();
  };
  form.querySelector("[type=button]").onclick = close;
  field.onkeydown = (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
  for (const node of shown) node.hidden = true;
  asked.append(form);
  field.focus();
}

// A tip at the end of a line must not reach below the source or out of the window.
function keepInside(target, view) {
  const tip = target.closest(".cite")?.querySelector(".tip");
  if (!tip) return;
  tip.style.marginLeft = "0";
  const [inner, outer] = [tip.getBoundingClientRect(), view.getBoundingClientRect()];
  const shift = Math.max(0, outer.left - inner.left) - Math.max(0, inner.right - outer.right);
  tip.style.marginLeft = `${shift}px`;
}

// Keeps the parts that have not changed, so that a growing answer neither flickers nor loses focus or selection.
function renew(view, blocks) {
  const old = new Map([...view.children].map((node) => [node.dataset.key, node]));
  const parts = blocks.map(({ key, html }) => {
    let node = old.get(key);
    old.delete(key);
    if (!node) {
      node = document.createElement("div");
      node.dataset.key = key;
    }
    put(node, html);
    return node;
  });
  old.forEach((node) => node.remove());
  parts.forEach((node, at) => {
    if (view.children[at] !== node) view.insertBefore(node, view.children[at] ?? null);
  });
}

async function copy(text, view) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https browsers keep the clipboard from pages of other machines; the old way still works there.
    const area = document.createElement("textarea");
    area.value = text;
    view.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function say(button, words) {
  const before = button.dataset.label ?? (button.dataset.label = button.textContent);
  button.textContent = words;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.textContent = before), 3000);
}
