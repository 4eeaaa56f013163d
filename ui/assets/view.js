// Shows blocks of HTML made on the server and reports clicks on their buttons.

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  const view = parentElement.querySelector(".view");
  renew(view, data.blocks);
  view.setAttribute("aria-busy", String(Boolean(data.busy)));
  view.classList.toggle("last", Boolean(data.last));
  if (data.last && !view.arrived) view.scrollIntoView({ block: "start" });
  if (!view.arrived) {
    for (const kind of ["pointerover", "focusin"]) view.addEventListener(kind, ({ target }) => keepInside(target, view));
  }
  view.arrived = true;
  if ("open" in data) {
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
    setTriggerValue("click", { act, value });
    if (act === "open" && matchMedia("(max-width: 60rem)").matches) {
      setTimeout(() => button.scrollIntoView({ block: "nearest", behavior: "smooth" }), 400);
    }
  };
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
  blocks.forEach(({ key, html }, at) => {
    let node = old.get(key);
    old.delete(key);
    if (!node) {
      node = document.createElement("div");
      node.dataset.key = key;
    }
    if (node.shownHtml !== html) {
      node.innerHTML = html;
      node.shownHtml = html;
    }
    if (view.children[at] !== node) view.insertBefore(node, view.children[at] ?? null);
  });
  old.forEach((node) => node.remove());
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
  button.timer = setTimeout(() => (button.textContent = before), 1600);
}
