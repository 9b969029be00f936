// The page of the graph: what is taken down, what falls with it, and how that is drawn and told.
const byId = (id) => document.getElementById(id);
const { services, struck: first } = JSON.parse(byId("data").textContent);
const numbers = new Map(services.map((service, at) => [service.name, at]));
const nodes = [...document.querySelectorAll(".node")];
const lines = [...document.querySelectorAll(".line")];
const MOST_NAMED = 12;
const SIGNS = { struck: "✕ goes down", down: "✕ down", degraded: "~ degraded" };
let struck = new Set();

function element(name, content, className = "") {
  const made = document.createElement(name);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}

function count(number, what, plural = `${what}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? what : plural}`;
}

function listing(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function some(names) {
  const left = names.length - MOST_NAMED;
  return listing(left > 0 ? [...names.slice(0, MOST_NAMED), count(left, "more", "more")] : names);
}

const nameOf = (at) => services[at].name;

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
    else if (struck.size) node.classList.add("rest");
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
    line.classList.toggle("rest", Boolean(struck.size) && !(start && end));
  }
}

// Telling -----------------------------------------------------------------------------------------

function customersOf(fallen) {
  const facing = [...fallen.down].filter((at) => services[at].facing);
  if (!facing.length) return "no customer is cut off";
  const known = facing.filter((at) => services[at].customers !== null);
  const unknown = facing.filter((at) => services[at].customers === null).map(nameOf);
  if (!known.length) return `customers of ${some(unknown)} are cut off, how many isn't declared`;
  const total = known.reduce((sum, at) => sum + services[at].customers, 0);
  const least = unknown.length ? "at least " : "";
  const why = unknown.length ? `, as nobody declares how many use ${some(unknown)}` : "";
  return `${least}${count(total, "customer")} are cut off${why}`;
}

function tell(fallen) {
  const others = [...fallen.down].filter((at) => !struck.has(at));
  const names = some([...struck].map(nameOf));
  const goes = struck.size === 1 ? "goes" : "go";
  const parts = [];
  if (others.length) {
    parts.push(`${count(others.length, "other service")} ${others.length === 1 ? "goes" : "go"} down too`);
  }
  if (fallen.degraded.size) parts.push(`${count(fallen.degraded.size, "is degraded", "are degraded")}`);
  const also = parts.length ? listing(parts) : "no other service fails";
  byId("told").textContent = struck.size
    ? `When ${names} ${goes} down, ${also}; ${customersOf(fallen)}.`
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
  if (!struck.size) return;
  const order = [...struck, ...[...fallen.down].filter((at) => !struck.has(at)), ...fallen.degraded];
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
  if (jobs.length) falls.append(element("p", `${count(jobs.length, "job")} can't run: ${some(jobs)}.`));
  if (senders.length) {
    const verb = senders.length === 1 ? "sends" : "send";
    falls.append(element("p", `${count(senders.length, "job")} ${verb} customers there: ${some(senders)}.`));
  }
}

function show() {
  const fallen = falls(services, struck);
  draw(fallen);
  tell(fallen);
  list(fallen);
  const parts = new URLSearchParams();
  for (const at of struck) parts.append("down", nameOf(at));
  const written = parts.toString();
  history.replaceState(null, "", written ? `#${written}` : location.pathname + location.search);
}

function toggle(at) {
  if (!struck.delete(at)) struck.add(at);
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
  if (event.target.closest("[data-do=clear]")) {
    struck = new Set();
    show();
  } else choose(event);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") choose(event);
  else if (event.key === "Escape") {
    struck = new Set();
    show();
  }
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
  const named = new URLSearchParams(location.hash.slice(1)).getAll("down");
  const wanted = named.length ? named : first;
  struck = new Set(wanted.map((name) => numbers.get(name)).filter((at) => at !== undefined));
  show();
}

addEventListener("hashchange", restored);
restored();
