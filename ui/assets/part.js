// What views and the panel of a source have in common: how they are drawn anew, and how they tell what was clicked.

const AGAIN = 2000; // milliseconds
const TIMES = 4;

// Tells clicks by a name of their own until the server says that it heard them: what comes in the moment in which a run
// of the page begins is lost. It heeds each name once.
function teller(part, heard, setTriggerValue) {
  if (heard && part.told === heard) clearTimeout(part.telling);
  const send = (click, times) => {
    clearTimeout(part.telling);
    setTriggerValue("click", click);
    if (times > 1) part.telling = setTimeout(() => part.isConnected && send(click, times - 1), AGAIN);
  };
  return (click) => {
    part.told = String(Math.random());
    send({ ...click, id: part.told }, TIMES);
  };
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
  const found = new Map();
  for (const child of node.childNodes) {
    const { key, act, value } = child.dataset ?? {};
    const name = [child.nodeName, key, act, value].join(" ");
    let number = 0;
    while (found.has(`${name} ${number}`)) number += 1;
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
