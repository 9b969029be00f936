// Instants on the clock of a zone, by the offsets that the verdict was reached with, not the
// browser's: seconds since 1970 in, words out.
const DAY = 86400;
const WEEKDAYS = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const FINE = [60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200];
const DAYS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24];

// The offset in force at an instant: `changes` are [instant, seconds ahead of UTC, short
// name], sorted.
function offsetAt(changes, instant) {
  let low = 0;
  let high = changes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (changes[middle][0] <= instant) low = middle;
    else high = middle - 1;
  }
  return changes[low][1];
}

function wallOf(changes, instant) {
  return instant + offsetAt(changes, instant);
}

// The instant of a reading; in a gap the end of it, in a fold the first.
function instantOf(changes, wall) {
  for (let at = 0; at < changes.length; at += 1) {
    const until = at + 1 < changes.length ? changes[at + 1][0] : Infinity;
    const instant = wall - changes[at][1];
    if (instant < until) return Math.max(instant, at ? changes[at][0] : -Infinity);
  }
  return wall;
}

function dateOf(day) {
  const date = new Date(day * DAY * 1000);
  return {
    weekday: WEEKDAYS[((day % 7) + 7) % 7],
    day: date.getUTCDate(),
    month: date.getUTCMonth(),
    year: date.getUTCFullYear(),
  };
}

function dayWords(day, withYear) {
  const date = dateOf(day);
  const words = `${date.weekday} ${date.day} ${MONTHS[date.month]}`;
  return withYear ? `${words} ${date.year}` : words;
}

function timeWords(wall) {
  const second = ((wall % DAY) + DAY) % DAY;
  const two = (number) => String(number).padStart(2, "0");
  const seconds = second % 60 ? `:${two(second % 60)}` : "";
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}${seconds}`;
}

// The short name of the clock in force, where it shows the same reading twice; else nothing.
function which(changes, instant) {
  const wall = wallOf(changes, instant);
  const readings = changes.filter(([start, offset], at) => {
    const until = at + 1 < changes.length ? changes[at + 1][0] : Infinity;
    return start <= wall - offset && wall - offset < until;
  });
  return readings.length > 1 ? ` ${readings.find(([, offset]) => instant + offset === wall)[2]}` : "";
}

function instantWords(changes, instant) {
  const wall = wallOf(changes, instant);
  const day = dayWords(Math.floor(wall / DAY), true);
  return `${day} ${timeWords(wall)}${which(changes, instant)}`;
}

function betweenWords(changes, start, end) {
  const first = Math.floor(wallOf(changes, start) / DAY);
  const last = wallOf(changes, end);
  const same = Math.floor(last / DAY) === first;
  const until = same ? timeWords(last) + which(changes, end) : instantWords(changes, end);
  return `${instantWords(changes, start)} to ${until}`;
}

function lengthWords(seconds) {
  const parts = [];
  const days = Math.floor(seconds / DAY);
  if (days >= 7) parts.push(`${days} days`);
  const rest = days >= 7 ? seconds % DAY : seconds;
  const hours = Math.floor(rest / 3600);
  if (hours) parts.push(`${hours} h`);
  if (Math.floor(rest / 60) % 60) parts.push(`${Math.floor(rest / 60) % 60} min`);
  if (rest % 60) parts.push(`${rest % 60} s`);
  return parts.join(" ") || "0 s";
}

// At most so many ticks of [start, end): {instant, text, major}.
function ticks(changes, start, end, most) {
  const length = end - start;
  const fine = FINE.find((step) => length / step <= most);
  if (fine) return timeTicks(changes, start, end, fine);
  const days = DAYS.find((step) => length / (step * DAY) <= most);
  if (days) return dayTicks(changes, start, end, days);
  const months = MONTH_STEPS.find((step) => length / (step * 28 * DAY) <= most) || 60;
  return monthTicks(changes, start, end, months);
}

function timeTicks(changes, start, end, step) {
  const found = [];
  const wall = wallOf(changes, start);
  let due = Math.ceil(wall / step) * step;
  for (;;) {
    const instant = instantOf(changes, due);
    if (instant >= end) return found;
    const midnight = due % DAY === 0;
    if (instant >= start && wallOf(changes, instant) === due) {
      const text = midnight ? dayWords(due / DAY, false) : timeWords(due);
      found.push({ instant, text, major: midnight });
    }
    due += step;
  }
}

function dayTicks(changes, start, end, step) {
  const found = [];
  let day = Math.floor(wallOf(changes, start) / DAY);
  // Weeks begin on Mondays; day 4 was the first one.
  if (step % 7 === 0) day += (((4 - day) % 7) + 7) % 7;
  for (; ; day += step) {
    const instant = instantOf(changes, day * DAY);
    if (instant >= end) return found;
    // Where a zone crosses the date line, a day may be left out.
    if (instant >= start && Math.floor(wallOf(changes, instant) / DAY) === day) {
      // Of weeks, the first of a month stands out.
      const major = dateOf(day).day <= (step % 7 === 0 ? step : 1);
      found.push({ instant, text: dayWords(day, false), major });
    }
  }
}

function monthTicks(changes, start, end, step) {
  const found = [];
  const first = dateOf(Math.floor(wallOf(changes, start) / DAY));
  let month = first.year * 12 + first.month;
  month -= month % step;
  for (; ; month += step) {
    const year = Math.floor(month / 12);
    const wall = Date.UTC(year, month % 12, 1) / 1000;
    const instant = instantOf(changes, wall);
    if (instant >= end) return found;
    if (instant >= start) {
      const text = step >= 12 ? `${year}` : `${MONTHS[month % 12]} ${year}`;
      found.push({ instant, text, major: month % 12 === 0 });
    }
  }
}
