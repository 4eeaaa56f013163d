// Shows a source and scrolls to its marked span. Where the span is was decided on the server.

export default function ({ data: bytes, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  const panel = parentElement.querySelector(".panel");
  const tell = teller(panel, data.heard, setTriggerValue);
  const head = panel.querySelector(".head");
  const body = panel.querySelector(".body");
  const fresh = panel.shown !== data.shown;
  const fromEnd = body.scrollHeight - body.scrollTop;

  put(head, data.head);
  if (panel.textHtml !== data.text) {
    body.innerHTML = panel.textHtml = data.text;
    // Text that was added above must not push away what is being read.
    if (!fresh && panel.growsAbove) body.scrollTop = body.scrollHeight - fromEnd;
  }
  if (fresh) {
    panel.shown = data.shown;
    show(body);
    if (!document.activeElement?.matches("input, textarea")) panel.focus({ preventScroll: true }); // who types goes on
  }
  panel.onclick = (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    panel.growsAbove = button.dataset.act === "earlier";
    tell({ act: button.dataset.act, value: button.dataset.value ?? "" });
  };
  panel.onkeydown = (event) => {
    if (event.key === "Escape") tell({ act: "close", value: "" });
  };
}

function show(body) {
  const mark = body.querySelector("mark:not(.also), .box");
  if (!mark) {
    body.scrollTop = 0;
    return;
  }
  const offset = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
  body.scrollTop += offset - body.clientHeight / 4;
}
