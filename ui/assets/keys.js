// Alt and a key: "." and "," go from citation to citation and open them, "/" goes to the field for a question.
// With a modifier, so that nobody who types or speaks to their machine sets them off by accident.

export default function ({ setTriggerValue }) {
  const before = window.citewiseKeys;
  if (before) document.removeEventListener("keydown", before);
  window.citewiseKeys = (event) => pressed(event, setTriggerValue);
  document.addEventListener("keydown", window.citewiseKeys);
}

const PATIENCE = 5000; // milliseconds

const STEPS = { Period: 1, Comma: -1 };
const RECENT = 2000; // milliseconds

let last = { at: -1, when: 0 }; // where the keys were just now: the page may not show it yet

function pressed(event, setTriggerValue) {
  if (event.key === "Enter" && event.target.matches?.("[data-testid=stChatInputTextArea]")) awaitTurn(setTriggerValue);
  const day = event.key === "Enter" && event.target.closest?.("[data-testid=stDateInput]");
  if (day) setTimeout(() => event.target.blur()); // Streamlit takes over a typed day only when its field is left
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.code === "Slash") {
    document.querySelector("[data-testid=stChatInputTextArea]")?.focus();
  } else if (event.code in STEPS) {
    step(STEPS[event.code]);
  } else {
    return;
  }
  event.preventDefault();
}

// Under load Streamlit can lose the run that a question begins, when another is just ending; then the page is asked for
// once more.
function awaitTurn(setTriggerValue) {
  const before = inViews(".question").length;
  setTimeout(() => {
    if (inViews(".question").length === before) setTriggerValue("wake", String(Date.now()));
  }, PATIENCE);
}

// Citations stand in the shadow trees of their turns.
function citations() {
  return inViews(".sentence .cite, .card[data-act=open]");
}

function inViews(selector) {
  const hosts = [...document.querySelectorAll(".stBidiComponent *, .stBidiComponent")].filter((node) => node.shadowRoot);
  return hosts.flatMap((host) => [...host.shadowRoot.querySelectorAll(selector)]);
}

function step(by) {
  const all = citations();
  if (!all.length) return;
  const focused = all.findIndex((one) => one.matches(":focus"));
  const shown = focused >= 0 ? focused : all.findIndex((one) => one.matches("[aria-pressed=true]"));
  const here = shown < 0 && Date.now() - last.when < RECENT ? last.at : shown;
  const at = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + by));
  last = { at, when: Date.now() };
  all[at].focus();
  all[at].click();
}
