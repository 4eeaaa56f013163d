// What views and the panel of a source have in common: how they are drawn anew, and how they tell what was clicked.

const AGAIN = 2000; // milliseconds
const TIMES = 4;

// Tells clicks, each by a name of its own, until the server says that it heard them: of two messages that come while a
// run of the page begins, one can be lost. The server heeds each name once.
function teller(part, heard, setTriggerValue) {
  part.untold ??= [];
  part.untold = part.untold.slice(part.untold.findIndex(({ id }) => id === heard) + 1);
  if (!part.untold.length) clearTimeout(part.telling);
  const send = (times) => {
    clearTimeout(part.telling);
    if (!times || !part.isConnected) part.untold = [];
    if (!part.untold.length) return;
    setTriggerValue("clicks", part.untold);
    part.telling = setTimeout(() => send(times - 1), AGAIN);
  };
  return (click) => {
    part.untold = [...part.untold, { ...click, id: String(Math.random()) }];
    send(TIMES);
  };
}

// Now, in milliseconds; no two clicks in the same one.
function moment() {
  window.citewiseMoment = Math.max(Date.now(), (window.citewiseMoment ?? 0) + 1);
  return String(window.citewiseMoment);
}

// Gives a node this HTML where it is not what was put there last.
function put(node, html) {
  if (node.shownHtml === html) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  become(node, template.content);
  node.shownHtml = html;
}

// Makes the children of one node like those of the other. What stays keeps its focus and its selection, whether it is
// unfolded, and a click on it that has begun. A button never becomes one for something else.
function become(node, next) {
  const before = named(node);
  const after = [...named(next)].map(([name, child]) => {
    const kept = before.get(name);
    before.delete(name);
    return kept ? alike(kept, child) : child;
  });
  for (const gone of before.values()) gone.remove();
  after.forEach((child, at) => {
    if (node.childNodes[at] !== child) node.insertBefore(child, node.childNodes[at] ?? null);
  });
}

// The children by what they are; those that are the same in that are counted.
function named(node) {
  const [found, counts] = [new Map(), new Map()];
  for (const child of node.childNodes) {
    const { key, act, value } = child.dataset ?? {};
    const name = [child.nodeName, key, act, value].join(" ");
    const number = counts.get(name) ?? 0;
    counts.set(name, number + 1);
    found.set(`${name} ${number}`, child);
  }
  return found;
}

function alike(kept, child) {
  if (kept.nodeType !== Node.ELEMENT_NODE) {
    if (kept.data !== child.data) kept.data = child.data;
    return kept;
  }
  for (const { name } of [...kept.attributes]) {
    const isTheirs = name === "open" && kept.nodeName === "DETAILS"; // who unfolded it decides
    if (!isTheirs && !child.hasAttribute(name)) kept.removeAttribute(name);
  }
  for (const { name, value } of child.attributes) {
    if (kept.getAttribute(name) !== value) kept.setAttribute(name, value);
  }
  become(kept, child);
  return kept;
}
