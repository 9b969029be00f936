// The words of the page of the graph, as the program says them.
const MOST_CUT_OFF = 3;

function count(number, what, plural = `${what}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? what : plural}`;
}

function listing(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function some(names, most) {
  const left = names.length - most;
  return listing(left > 0 ? [...names.slice(0, most), count(left, "more", "more")] : names);
}

// How many customers are cut off by what is down, those that were taken down first.
function customersOf(services, struck, down) {
  const byName = (one, other) => (services[one].name < services[other].name ? -1 : 1);
  const others = [...down].filter((at) => !struck.has(at));
  const fallen = [...[...struck].sort(byName), ...others.sort(byName)];
  const facing = fallen.map((at) => services[at]).filter((each) => each.facing);
  if (!facing.length) return "nothing that customers use is down";
  const known = facing.filter((each) => each.customers !== null);
  const unsaid = facing.filter((each) => each.customers === null).map((each) => each.name);
  const whose = some(unsaid, MOST_CUT_OFF);
  if (!known.length) return `customers of ${whose} are cut off, how many isn't declared`;
  const total = known.reduce((sum, each) => sum + each.customers, 0);
  const said = `${count(total, "customer")} ${total === 1 ? "is" : "are"} cut off`;
  if (unsaid.length) return `at least ${said}, as nobody declares how many use ${whose}`;
  return facing.length > 1 ? `${said}, counted service by service` : said;
}
