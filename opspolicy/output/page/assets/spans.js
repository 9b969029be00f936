// Sets of half-open intervals, as two sorted arrays of starts and ends.

// Undo the page's writing: pairs of a gap and a length; -n before a pair repeats it n times.
function decoded(written, from) {
  const starts = [];
  const ends = [];
  let at = from;
  for (let next = 0; next < written.length; next += 2) {
    let times = 1;
    if (written[next] < 0) {
      times = -written[next];
      next += 1;
    }
    for (let time = 0; time < times; time += 1) {
      starts.push(at + written[next]);
      at += written[next] + written[next + 1];
      ends.push(at);
    }
  }
  return { starts, ends };
}

// The first place in a sorted array whose value is more than `value`.
function after(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The intervals that meet [start, end), those nearer than `gap` seconds to each other as one:
// [start, end, how many].
function seen(set, start, end, gap) {
  const found = [];
  let at = after(set.ends, start);
  while (at < set.starts.length && set.starts[at] < end) {
    const first = at;
    let last = set.ends[at];
    at += 1;
    while (at < set.starts.length && set.starts[at] < end && set.starts[at] - last < gap) {
      last = set.ends[at];
      at += 1;
    }
    found.push([set.starts[first], last, at - first]);
  }
  return found;
}
