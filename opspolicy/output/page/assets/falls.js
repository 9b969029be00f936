// What falls when some services go down, others are slowed, and nothing else does: by their numbers,
// sets of numbers.

// `down` are those that fail, `degraded` those that only do worse; `why` has for each that falls
// the dependency by which it does: { service } or { group }.
function falls(services, struck, slowed = []) {
  const above = services.map(() => []);
  services.forEach((service, at) => {
    const needed = [...service.hard, ...service.soft, ...service.groups.flatMap((each) => each.members)];
    for (const each of new Set(needed)) above[each].push(at);
  });
  const why = new Map();
  const down = closed(services, above, new Set(struck), null, why);
  const impaired = closed(services, above, new Set([...down, ...slowed]), down, why);
  const degraded = new Set([...impaired].filter((each) => !down.has(each)));
  return { down, degraded, why };
}

// Those that fail, with all that fail through them; with `down`, those that are at least degraded.
function closed(services, above, found, down, why) {
  let newest = [...found];
  while (newest.length) {
    const next = new Set();
    for (const each of newest) {
      for (const at of above[each]) {
        if (found.has(at) || next.has(at)) continue;
        const cause = lost(services[at], found, down);
        if (!cause) continue;
        next.add(at);
        why.set(at, cause);
      }
    }
    // All of a step at once, so that a chain is as short as it can be.
    for (const each of next) found.add(each);
    newest = [...next];
  }
  return found;
}

// The first dependency of a service that is lost while `failing` fail; with `down`, or impaired.
function lost(service, failing, down) {
  const plain = down ? [...service.hard, ...service.soft] : service.hard;
  const one = plain.find((each) => failing.has(each));
  if (one !== undefined) return { service: one };
  const group = service.groups.find((each) => isLost(each, down || failing, Boolean(down)));
  return group ? { group } : null;
}

// Whether a redundancy group has too few members left; or, asked for its spares, none to spare.
function isLost(group, failing, spares) {
  const least = group.least + (spares && group.least < group.size ? 1 : 0);
  const left = group.members.filter((each) => !failing.has(each)).length;
  // One that lacks members that nothing declares was lost before anything failed.
  return group.members.length >= least && left < least;
}
