// The page: what is chosen and how it is looked at, by pointer, by keys and by the address.
const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);
const SEVERITIES = ["error", "warning", "info"];
const STEP = 0.2;
const CLOSER = 1 / 1.6;
const DEFAULTS = { q: "", team: "", service: "", severity: "", zone: data.zone };
const chosen = { ...DEFAULTS };
let opener = null;
let current = -1;

byId("calendar").hidden = false;
const planner = new Planner(data, byId("planner"), told);

function fieldOf(name) {
  return document.querySelector(`[name="${name}"]`);
}

// Choosing ----------------------------------------------------------------------------------------

function severe(finding) {
  if (!chosen.severity) return true;
  return SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(chosen.severity);
}

function holds(texts, words) {
  const all = texts.join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

function choose() {
  const words = chosen.q.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = data.findings.map((finding) => {
    const teams = !chosen.team || finding.teams.includes(chosen.team);
    const named = !chosen.service || finding.lanes.some((at) => data.lanes[at].name === chosen.service);
    const texts = [finding.id, finding.code, finding.policy, messageOf(finding)];
    const told = holds(texts, words);
    return { any: severe(finding) && teams && named, told };
  });
  const lanes = [];
  data.lanes.forEach((lane, at) => {
    if (chosen.team && !lane.teams.includes(chosen.team)) return;
    if (chosen.service && lane.name !== chosen.service) return;
    if (chosen.severity && !lane.severities.some((each) => severe({ severity: each }))) return;
    const texts = [lane.name, lane.about, ...lane.rows.map((row) => row[0])];
    const found = lane.findings.some((each) => wanted[each].told);
    if (words.length && !holds(texts, words) && !found) return;
    lanes.push(at);
  });
  planner.choose(lanes);
  const held = new Set(lanes);
  let shown = 0;
  data.findings.forEach((finding, at) => {
    const inLane = !finding.lanes.length || finding.lanes.some((each) => held.has(each));
    const visible = wanted[at].any && (wanted[at].told || inLane);
    finding.shown = visible;
    shown += visible;
    const article = byId(finding.id);
    if (article) article.hidden = !visible;
  });
  const of = lanes.length === data.lanes.length ? "" : ` of ${data.lanes.length}`;
  const many = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  byId("none").hidden = lanes.length > 0;
  const untold = data.untold ? ` told, ${data.untold} more only drawn` : "";
  const found = `${many(shown, "finding")}${untold}`;
  byId("status").textContent = of
    ? `${lanes.length}${of} lanes, ${found}`
    : `${many(lanes.length, "lane")}, ${found}`;
}

// The address -------------------------------------------------------------------------------------

function told() {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(chosen)) {
    if (value !== DEFAULTS[name]) parts.set(name, value);
  }
  if (planner.start !== planner.from || planner.end !== planner.until) {
    parts.set("from", planner.start);
    parts.set("to", planner.end);
  }
  if (current >= 0) parts.set("finding", data.findings[current].id);
  const written = parts.toString();
  history.replaceState(null, "", written ? `#${written}` : location.pathname + location.search);
  const changes = data.zones[chosen.zone];
  byId("when").textContent = `${betweenWords(changes, planner.start, planner.end)} (${chosen.zone})`;
}

function restored() {
  const written = location.hash.slice(1);
  const parts = new URLSearchParams(written.includes("=") ? written : `finding=${written}`);
  for (const name of Object.keys(chosen)) {
    const value = parts.get(name) || DEFAULTS[name];
    chosen[name] = name === "zone" && !Object.hasOwn(data.zones, value) ? DEFAULTS.zone : value;
    const field = fieldOf(name);
    field.value = chosen[name];
    // What a link names may be gone; an empty page would look as if nothing were planned.
    if (field.value !== chosen[name]) {
      chosen[name] = DEFAULTS[name];
      field.value = chosen[name];
    }
  }
  planner.zone = chosen.zone;
  choose();
  const from = Number(parts.get("from"));
  const to = Number(parts.get("to"));
  planner.look(...(from && to > from ? [from, to] : [planner.from, planner.until]));
  const at = data.findings.findIndex((each) => each.id === parts.get("finding"));
  if (at >= 0) {
    open(at);
    return;
  }
  close();
  if (parts.get("finding")) byId("status").textContent = "That finding isn't here any more.";
}

// Stories -----------------------------------------------------------------------------------------

function show(title, content) {
  const panel = byId("panel");
  byId("panel-title").textContent = title;
  byId("story").replaceChildren(...content);
  if (panel.hidden) opener = document.activeElement;
  panel.hidden = false;
  document.body.classList.add("telling");
  byId("panel-title").focus();
}

function close() {
  if (byId("panel").hidden) return;
  byId("panel").hidden = true;
  document.body.classList.remove("telling");
  const left = current;
  current = -1;
  if (opener && opener.isConnected) opener.focus();
  else (document.querySelector(`.mark[data-finding="${left}"]`) || byId("lanes")).focus();
  told();
}

// Show a finding: its story, and the time around its first occurrence in view.
// `also` are others that are found at the same place, `near` is the instant that is asked about.
function open(number, also = [], near = planner.start) {
  const finding = data.findings[number];
  const article = byId(finding.id);
  current = number;
  const isStory = article && article.nodeName === "ARTICLE";
  const content = isStory ? [...article.cloneNode(true).childNodes] : [text("p", messageOf(finding))];
  const title = `${finding.waived ? "waived " : ""}${finding.severity} ${finding.code}`;
  const others = also.map((each) => {
    const other = data.findings[each];
    const button = text("button", `${other.severity} ${other.code}: ${messageOf(other)}`);
    button.type = "button";
    button.className = "also";
    button.dataset.finding = each;
    button.dataset.also = [number, ...also].filter((one) => one !== each);
    return button;
  });
  if (others.length) others.unshift(text("p", "Also found here:"));
  show(title, [...others, ...content.filter((each) => each.nodeName !== "H2")]);
  const set = planner.set(finding.when);
  if (set.starts.length) {
    const at = Math.min(after(set.ends, near), set.starts.length - 1);
    const length = Math.max(set.ends[at] - set.starts[at], 1800);
    if (!(set.starts[at] >= planner.start && set.ends[at] <= planner.end) || length * 30 < planner.end - planner.start) {
      planner.look(set.starts[at] - 2 * length, set.ends[at] + 2 * length);
    }
    const lane = planner.chosen.indexOf(finding.lanes[0]);
    if (lane >= 0) planner.scroller.scrollTop = Math.max(planner.tops[lane] - 40, 0);
  }
  told();
}

function next(step) {
  const shown = data.findings.map((_, at) => at).filter((at) => data.findings[at].shown);
  if (!shown.length) return;
  const at = shown.indexOf(current);
  open(shown[(at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length]);
}

// What happens in a lane within view, as a list.
function openLane(number) {
  const lane = data.lanes[number];
  const changes = data.zones[chosen.zone];
  const list = document.createElement("dl");
  for (const [label, , at] of lane.rows) {
    const found = seen(planner.set(at), planner.start, planner.end, 0);
    if (!found.length) continue;
    const times = document.createElement("dd");
    for (const [start, end] of found.slice(0, 8)) {
      times.append(text("p", `${betweenWords(changes, start, end)}, ${lengthWords(end - start)}`));
    }
    if (found.length > 8) times.append(text("p", `and ${found.length - 8} more in view`));
    list.append(text("dt", label), times);
  }
  current = -1;
  show(lane.name, [text("p", lane.about), text("p", `Times on the clock of ${chosen.zone}.`), list]);
}

// Events ------------------------------------------------------------------------------------------

byId("filters").addEventListener("input", (event) => {
  chosen[event.target.name] = event.target.value;
  planner.zone = chosen.zone;
  choose();
  told();
});
byId("filters").addEventListener("submit", (event) => event.preventDefault());

// What to look at from nearer: what is being read, else the first that is found in view.
function interesting() {
  const chosen = current >= 0 ? [data.findings[current]] : data.findings.filter((each) => each.shown);
  const found = chosen.flatMap((finding) => {
    const first = seen(planner.set(finding.when), planner.start, planner.end, 0)[0];
    return first ? [(first[0] + first[1]) / 2] : [];
  });
  return found.length ? Math.min(...found) : (planner.start + planner.end) / 2;
}

const ACTIONS = {
  in: () => planner.zoom(CLOSER),
  out: () => planner.zoom(1 / CLOSER),
  earlier: () => planner.pan(-STEP * 2),
  later: () => planner.pan(STEP * 2),
  all: () => planner.look(planner.from, planner.until),
  reset() {
    Object.assign(chosen, DEFAULTS, { zone: chosen.zone });
    for (const name of Object.keys(chosen)) fieldOf(name).value = chosen[name];
    choose();
    told();
  },
  previous: () => next(-1),
  next: () => next(1),
  close,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.do) ACTIONS[button.dataset.do]();
  else if (button.dataset.span) {
    const half = Number(button.dataset.span) / 2;
    const middle = interesting();
    planner.look(middle - half, middle + half);
  } else if (button.dataset.finding) {
    const also = button.dataset.also ? button.dataset.also.split(",").map(Number) : [];
    const near = button.dataset.at ? Number(button.dataset.at) : undefined;
    open(Number(button.dataset.finding), also, near);
  } else if (button.dataset.lane) openLane(Number(button.dataset.lane));
});

const KEYS = {
  ArrowLeft: () => planner.pan(-STEP),
  ArrowRight: () => planner.pan(STEP),
  "+": ACTIONS.in,
  "=": ACTIONS.in,
  "-": ACTIONS.out,
  0: ACTIONS.all,
  n: ACTIONS.next,
  p: ACTIONS.previous,
  "/": () => fieldOf("q").focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    close();
    return;
  }
  const typing = event.target.matches("input, select, textarea");
  // What is wider than its frame is read by the same keys.
  if (event.key.startsWith("Arrow") && event.target.closest("pre, #panel, .picture")) return;
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// Drag to move in time, Ctrl and the wheel or two fingers to zoom.
const scroller = planner.scroller;
const pointers = new Map();
scroller.addEventListener("wheel", (event) => {
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!event.ctrlKey && !sideways) return;
  event.preventDefault();
  if (event.ctrlKey) {
    const x = event.clientX - scroller.getBoundingClientRect().left;
    planner.zoom(Math.exp(event.deltaY / 300), planner.instant(x));
  } else planner.pan(event.deltaX / planner.room);
}, { passive: false });
scroller.addEventListener("pointerdown", (event) => {
  if (event.target.closest("button")) return;
  pointers.set(event.pointerId, event.clientX);
});
scroller.addEventListener("pointermove", (event) => {
  if (!pointers.has(event.pointerId)) return;
  const before = [...pointers.values()];
  pointers.set(event.pointerId, event.clientX);
  const now = [...pointers.values()];
  if (now.length === 1) planner.pan((before[0] - now[0]) / planner.room);
  else {
    const apart = (places) => Math.max(Math.abs(places[0] - places[1]), 20);
    const left = scroller.getBoundingClientRect().left;
    planner.zoom(apart(before) / apart(now), planner.instant((now[0] + now[1]) / 2 - left));
  }
});
for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
  scroller.addEventListener(name, (event) => pointers.delete(event.pointerId));
}

addEventListener("hashchange", restored);
addEventListener("beforeprint", () => {
  planner.everything = true;
  planner.redraw();
});
addEventListener("afterprint", () => {
  planner.everything = false;
  planner.redraw();
});

restored();
