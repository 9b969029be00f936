// The page of the graph: what is taken down or slowed, what falls with it, and how that is drawn
// and told.
const byId = (id) => document.getElementById(id);
const { services, struck: firstDown, slowed: firstSlow } = JSON.parse(byId("data").textContent);
const numbers = new Map(services.map((service, at) => [service.name, at]));
const nodes = [...document.querySelectorAll(".node")];
const lines = [...document.querySelectorAll(".line")];
const MOST_NAMED = 12;
const SIGNS = { struck: "✕ goes down", down: "✕ down", degraded: "~ degraded" };
let struck = new Set();
let slowed = new Set();

function element(name, content, className = "") {
  const made = document.createElement(name);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}

const nameOf = (at) => services[at].name;
const names = (numbered) => some([...numbered].map(nameOf), MOST_NAMED);
const isAnything = () => struck.size + slowed.size > 0;

// Drawing -----------------------------------------------------------------------------------------

function stateOf(at, fallen) {
  if (struck.has(at)) return "struck";
  if (fallen.down.has(at)) return "down";
  return fallen.degraded.has(at) ? "degraded" : "";
}

function draw(fallen) {
  const states = new Map(services.map((service, at) => [service.ref, stateOf(at, fallen)]));
  for (const service of services) {
    for (const group of service.groups) {
      const isDown = isLost(group, fallen.down, false);
      states.set(group.ref, isDown ? "down" : isLost(group, fallen.down, true) ? "degraded" : "");
    }
  }
  for (const node of nodes) {
    const state = states.get(node.dataset.ref) || "";
    node.classList.remove("struck", "down", "degraded", "rest");
    if (state) node.classList.add(state);
    else if (isAnything()) node.classList.add("rest");
    if (node.hasAttribute("aria-pressed")) {
      node.setAttribute("aria-pressed", state === "struck");
      node.querySelector(".state").textContent = SIGNS[state] || "";
    }
  }
  for (const line of lines) {
    const start = states.get(line.dataset.start);
    const end = states.get(line.dataset.end);
    const isSoft = line.classList.contains("soft");
    const isDown = end === "down" || end === "struck";
    line.classList.toggle("carries", Boolean(start) && isDown && !isSoft && start !== "degraded");
    const slows = end === "degraded" || (isDown && (isSoft || start === "degraded"));
    line.classList.toggle("slows", Boolean(start) && start !== "struck" && slows);
    line.classList.toggle("rest", isAnything() && !(start && end));
  }
}

// Telling -----------------------------------------------------------------------------------------

function tell(fallen) {
  const others = [...fallen.down].filter((at) => !struck.has(at));
  const slow = [...fallen.degraded].filter((at) => !slowed.has(at));
  const hits = [...slowed].filter((at) => fallen.degraded.has(at));
  const parts = [];
  if (struck.size) parts.push(`${names(struck)} ${struck.size === 1 ? "goes" : "go"} down`);
  if (hits.length) parts.push(`${names(hits)} ${hits.length === 1 ? "is" : "are"} degraded`);
  const too = [];
  if (others.length) {
    too.push(`${count(others.length, "other service")} ${others.length === 1 ? "goes" : "go"} down too`);
  }
  if (slow.length) {
    const what = others.length ? slow.length.toLocaleString("en") : count(slow.length, "other service");
    too.push(`${what} ${slow.length === 1 ? "is" : "are"} degraded`);
  }
  const also = too.length ? listing(too) : "no other service fails";
  byId("told").textContent = parts.length
    ? `When ${listing(parts)}, ${also}; ${customersOf(services, struck, fallen.down)}.`
    : "Choose a service, here or in the drawing, or several at once.";
}

function because(at, fallen) {
  const cause = fallen.why.get(at);
  if (!cause) return "";
  if (cause.group) {
    const { group } = cause;
    const left = group.members.filter((each) => !fallen.down.has(each)).map(nameOf);
    return `needs ${group.least} of ${group.size}, and has ${left.length ? `only ${listing(left)}` : "none"} left`;
  }
  const soft = services[at].soft.includes(cause.service) && !services[at].hard.includes(cause.service);
  return `${soft ? "does worse without" : "needs"} ${nameOf(cause.service)}`;
}

function list(fallen) {
  const falls = byId("falls");
  falls.replaceChildren();
  if (!isAnything()) return;
  const others = [...fallen.down].filter((at) => !struck.has(at));
  const slow = [...fallen.degraded].sort((one, other) => slowed.has(other) - slowed.has(one));
  const order = [...struck, ...others, ...slow];
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const each of ["service", "", "why", "who", "planned"]) head.append(element("th", each));
  const body = table.createTBody();
  for (const at of order) {
    const state = stateOf(at, fallen);
    const row = body.insertRow();
    row.append(element("td", nameOf(at)));
    row.append(element("td", SIGNS[state], state === "degraded" ? "warning" : "error"));
    row.append(element("td", because(at, fallen)));
    row.append(element("td", services[at].about));
    row.append(element("td", services[at].planned));
  }
  falls.append(element("h2", "What falls"), table);
  const hurt = (key) => [...new Set([...fallen.down].flatMap((at) => services[at][key]))].sort();
  const jobs = hurt("jobs");
  const senders = hurt("senders");
  if (jobs.length) falls.append(element("p", `${count(jobs.length, "job")} can't run: ${some(jobs, MOST_NAMED)}.`));
  if (senders.length) {
    const verb = senders.length === 1 ? "sends" : "send";
    falls.append(element("p", `${count(senders.length, "job")} ${verb} customers there: ${some(senders, MOST_NAMED)}.`));
  }
}

function show() {
  const fallen = falls(services, struck, slowed);
  draw(fallen);
  tell(fallen);
  list(fallen);
  const parts = new URLSearchParams();
  for (const at of struck) parts.append("down", nameOf(at));
  for (const at of slowed) parts.append("slow", nameOf(at));
  const written = parts.toString();
  history.replaceState(null, "", written ? `#${written}` : location.pathname + location.search);
}

function toggle(at) {
  if (!struck.delete(at)) struck.add(at);
  show();
}

function clear() {
  struck = new Set();
  slowed = new Set();
  show();
}

// Events ------------------------------------------------------------------------------------------

const places = new Map(services.map((service, at) => [service.ref, at]));

function choose(event) {
  const node = event.target.closest(".node[aria-pressed]");
  if (!node) return;
  event.preventDefault();
  toggle(places.get(node.dataset.ref));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-do=clear]")) clear();
  else choose(event);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") choose(event);
  else if (event.key === "Escape") clear();
});

byId("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.service;
  const at = numbers.get(field.value.trim());
  if (at === undefined) {
    byId("told").textContent = `There is no service ${field.value}; the field offers those there are.`;
    return;
  }
  struck.add(at);
  field.value = "";
  show();
  const node = nodes.find((each) => each.dataset.ref === services[at].ref);
  if (node) node.scrollIntoView({ block: "nearest", inline: "nearest" });
});

function restored() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const isAsked = asked.has("down") || asked.has("slow");
  const known = (wanted) => new Set(wanted.map((name) => numbers.get(name)).filter((at) => at !== undefined));
  struck = known(isAsked ? asked.getAll("down") : firstDown);
  slowed = known(isAsked ? asked.getAll("slow") : firstSlow);
  show();
}

addEventListener("hashchange", restored);
restored();
