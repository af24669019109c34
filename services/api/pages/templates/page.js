"use strict";
const ahead = Number(document.body.dataset.now) * 1000 - Date.now();
const live = document.getElementById("live");
const content = () => document.getElementById("content");

function tick() {
  for (const shown of document.querySelectorAll(".countdown")) {
    const left = Math.max(0, Math.round(Number(shown.dataset.due) - (Date.now() + ahead) / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const two = (n) => String(n).padStart(2, "0");
    shown.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  }
}
setInterval(tick, 1000);

let asking = false, again = false;
async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    // Without its style, which carries another page's nonce and would be reported as blocked.
    const text = (await answer.text()).replace(/<style[^]*?<\/style>/, "");
    const page = new DOMParser().parseFromString(text, "text/html");
    const field = document.activeElement?.matches("input[type=search]");
    if (!field) content().replaceWith(page.getElementById("content"));
    tick();
  } finally {
    asking = false;
    if (again) { again = false; setTimeout(refresh, 250); }
  }
}

const { stream, task, paused } = content().dataset;
if (stream && paused === undefined) {
  const source = new EventSource(stream);
  const say = (text, lost) => { live.hidden = false; live.textContent = text; live.classList.toggle("lost", lost); };
  source.onopen = () => say("live", false);
  source.onerror = () => say("connection lost, trying again", true);
  source.onmessage = (message) => { if (!task || JSON.parse(message.data).task_id === task) refresh(); };
  addEventListener("pagehide", () => source.close());
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.to) return;
  event.preventDefault();
  const [button, output] = [form.querySelector("button"), form.querySelector("output")];
  button.disabled = true;
  output.className = "";
  output.textContent = form.id === "upload" ? "Uploading …" : "Asking …";
  try {
    const body = form.id === "upload" ? new FormData(form) : undefined;
    const answer = await fetch(form.dataset.to, { method: "POST", body });
    const said = await answer.json();
    output.textContent = answer.ok ? said.message ?? "Cancel requested." : said.detail;
    output.className = answer.ok ? "" : "bad";
    if (answer.ok) { form.reset(); refresh(); }
  } catch {
    output.textContent = "The connection was lost. Try again.";
    output.className = "bad";
  } finally {
    button.disabled = false;
  }
});
