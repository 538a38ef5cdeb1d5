// The page of one lot: asks for new temperatures twice a second, for the story every two seconds,
// and renews what changed.

import { Chart } from "./chart.js";
import { Connection, read, renew, repeat } from "./connection.js";
import { Felt, seconds } from "./felt.js";

const READINGS_MS = 500;
const STORY_MS = 2000;
const WHOLE_MS = 20000; // late readings and corrected movements change what was already drawn

const lot = document.getElementById("lead").dataset.lot;
const address = `/lots/${encodeURIComponent(lot)}`;
const connection = new Connection();
const felt = new Felt();
const charts = new Map();
let story = null;
let storyTag = null;
let shown = "all"; // "all", "excursion", a number of seconds back from now, or [from, to]
let loading = false;

function panels() {
  return [...document.querySelectorAll(".panel:not([hidden])")];
}

function now() {
  const moved = story.units.flatMap((unit) => unit.stays.flatMap(({ since, until }) => [since, until]));
  const known = [...moved, story.receipt.decided_at].filter(Boolean).map(seconds);
  return Math.max(felt.latest ?? -Infinity, ...known);
}

function excursions() {
  return story.units.flatMap((unit) => unit.excursions).filter((one) => !one.superseded_at);
}

function timeShown() {
  if (Array.isArray(shown)) return shown;
  const end = now();
  if (typeof shown === "number") return [end - shown, end + shown * 0.02];
  const starts = story.units.flatMap((unit) => unit.stays.map((stay) => seconds(stay.since)));
  const start = Math.min(seconds(story.receipt.arrived_at), ...starts);
  const whole = [start, end + Math.max((end - start) * 0.015, 10)];
  return shown === "excursion" ? (aroundExcursions() ?? whole) : whole;
}

function aroundExcursions() {
  const found = excursions();
  if (!found.length) return null;
  const from = Math.min(...found.map((one) => seconds(one.started_at)));
  const to = Math.max(...found.map((one) => seconds(one.ended_at ?? one.observed_until)));
  const room = Math.max((to - from) * 0.4, 600);
  return [from - room, to + room];
}

function question(since, until) {
  const asked = new URLSearchParams({ buckets: String(Math.min(Math.max(innerWidth, 400), 2000)) });
  if (since !== null) asked.set("since", new Date(since * 1e3).toISOString());
  if (until !== null) asked.set("until", new Date(until * 1e3).toISOString());
  for (const panel of panels()) asked.append("unit", panel.dataset.unit);
  return `${address}/temperature?${asked}`;
}

// Everything in the time shown, with a little on both sides so that lines run to the edge.
async function loadWhole() {
  if (!story || !panels().length) return;
  const [from, to] = timeShown();
  const room = Math.max((to - from) * 0.05, 900);
  const bounds = shown === "all" ? [null, null] : [from - room, fixed() ? to + room : null];
  loading = true;
  try {
    const answer = await connection.ask(question(...bounds));
    if (answer?.ok) felt.load(await answer.json());
  } finally {
    loading = false;
  }
  draw();
}

function fixed() {
  return Array.isArray(shown) || shown === "excursion";
}

async function loadNew() {
  if (!story || loading || !panels().length) return;
  if (felt.from === null) return loadWhole();
  const since = felt.from;
  const answer = await connection.ask(question(since, null));
  if (!answer?.ok || loading || since !== felt.from) return;
  felt.extend(await answer.json(), since);
  draw();
}

async function loadStory() {
  const answer = await connection.ask(`${address}/trace`, storyTag ? { "If-None-Match": storyTag } : {});
  if (!answer || answer.status === 304 || !answer.ok) return;
  const first = story === null;
  storyTag = answer.headers.get("ETag");
  story = await answer.json();
  document.querySelector("[data-window=excursion]").disabled = !excursions().length;
  if (!first) await renewPage();
  await loadWhole();
}

async function renewPage() {
  const answer = await connection.ask(address);
  if (!answer?.ok) return;
  const page = await read(answer);
  renew(page);
  renewPanels(page);
}

// Keeps the panel, and so the chart, of every group that is still there.
function renewPanels(page) {
  const holder = document.getElementById("panels");
  const before = new Map([...holder.querySelectorAll(".panel")].map((panel) => [panel.dataset.group, panel]));
  const after = [...page.querySelectorAll(".panel")].map((newer) => {
    const kept = before.get(newer.dataset.group);
    if (!kept) return newer;
    before.delete(newer.dataset.group);
    kept.querySelector("h3").innerHTML = newer.querySelector("h3").innerHTML;
    kept.querySelector(".strip").innerHTML = newer.querySelector(".strip").innerHTML;
    return kept;
  });
  for (const [key] of before) forget(key);
  if (after.length) holder.replaceChildren(...after);
  for (const panel of after) {
    const box = document.querySelector(`input[data-group="${CSS.escape(panel.dataset.group)}"]`);
    if (box) box.checked = !panel.hidden;
    else panel.hidden = false;
  }
}

function forget(key) {
  charts.get(key)?.end();
  charts.delete(key);
}

function draw() {
  if (!story) return;
  const window_ = timeShown();
  const marks = new Map(
    [...document.querySelectorAll("tr[data-excursion]")].map((row) => [
      row.dataset.excursion,
      { mark: row.cells[0].textContent, text: row.dataset.labelText },
    ]),
  );
  for (const panel of panels()) {
    const { group, unit } = panel.dataset;
    if (!charts.has(group)) charts.set(group, new Chart(panel, zoom));
    charts.get(group).show(tell(unit, marks), window_);
  }
}

function tell(code, marks) {
  const unit = story.units.find((one) => one.code === code);
  const accepted = story.receipt.decision?.startsWith("accepted");
  return {
    segments: felt.segments(code),
    limits: felt.limits.length ? felt.limits : story.limits,
    excursions: (unit?.excursions ?? [])
      .filter((one) => !one.superseded_at && one.beyond.length)
      .map((one) => ({
        ...(marks.get(String(one.id)) ?? { mark: "", text: "" }),
        beyond: one.beyond.map(([from, to]) => [seconds(from), seconds(to ?? one.observed_until)]),
      })),
    acceptedAt: accepted ? seconds(story.receipt.decided_at) : null,
    now: now(),
    last: felt.last(code),
  };
}

function zoom(from, to) {
  choose(from === null ? "all" : [from, to]);
}

function choose(what) {
  shown = what;
  for (const button of document.querySelectorAll("[data-window]")) {
    button.setAttribute("aria-pressed", String(button.dataset.window === String(what)));
  }
  draw();
  loadWhole();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-window]");
  if (button) choose(Number(button.dataset.window) || button.dataset.window);
});

document.addEventListener("change", (event) => {
  const { group } = event.target.dataset;
  if (!group) return;
  document.querySelector(`.panel[data-group="${CSS.escape(group)}"]`).hidden = !event.target.checked;
  if (!event.target.checked) forget(group);
  loadWhole();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const chart of charts.values()) chart.repaint();
});

await loadStory();
repeat(loadNew, READINGS_MS);
repeat(loadStory, STORY_MS);
repeat(loadWhole, WHOLE_MS);
