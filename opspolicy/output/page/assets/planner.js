// The planner: lanes over a time axis. Only the lanes in view are in the document.
const SVG = "http://www.w3.org/2000/svg";
const HEAD = 28;
const ROW = 18;
const GAP = 8;
const BETWEEN_TICKS = 96;
const LEAST_SPAN = 3600;
const TARGET = 24;
const SPARE = 400;
const MET = new Set(["collision", "finding"]);
const SHARES = { hours: 1, degraded: 0.5, run: 0.5 };
const LEAST_WIDTH = 2;
const THIN = 8;
const NARROW = 640;
const MARGIN = 220;
const LABEL = 16;

class Planner {
  // `data` is the document of the page, `root` the element that holds the planner.
  constructor(data, root, tell) {
    this.data = data;
    this.tell = tell;
    this.from = data.from;
    this.until = data.until;
    this.start = data.from;
    this.end = data.until;
    this.zone = data.zone;
    this.axis = root.querySelector(".axis");
    this.scroller = root.querySelector(".lanes");
    this.sizer = root.querySelector(".sizer");
    this.sets = new Map();
    this.shown = new Map();
    this.choose(data.lanes.map((_, at) => at));
    this.scroller.addEventListener("scroll", () => this.later());
    // Of another width, lanes may have another height as well.
    new ResizeObserver(() => this.choose(this.chosen)).observe(this.scroller);
  }

  get changes() {
    return this.data.zones[this.zone];
  }

  set(at) {
    if (!this.sets.has(at)) this.sets.set(at, decoded(this.data.sets[at], this.data.base));
    return this.sets.get(at);
  }

  // Show these lanes (their places in the document), in this order.
  choose(chosen) {
    this.chosen = chosen;
    this.tops = [];
    let top = 0;
    for (const at of chosen) {
      this.tops.push(top);
      top += this.height(at);
    }
    this.sizer.style.height = `${top}px`;
    this.redraw();
  }

  height(at) {
    const rows = this.data.lanes[at].rows.filter(([, kind]) => !MET.has(kind));
    return this.head(at) + rows.length * this.row + GAP;
  }

  // A phone has no room for labels beside the bars.
  get isNarrow() {
    return this.scroller.clientWidth <= NARROW;
  }

  get row() {
    return this.isNarrow ? LABEL + ROW : ROW;
  }

  // Marks have a line of their own: beside a name they would lie over it.
  head(at) {
    return HEAD + (this.data.lanes[at].findings.length ? TARGET : 0);
  }

  get margin() {
    return this.isNarrow ? 0 : MARGIN;
  }

  get room() {
    return Math.max(this.scroller.clientWidth - this.margin - 12, 60);
  }

  x(instant) {
    return this.margin + ((instant - this.start) / (this.end - this.start)) * this.room;
  }

  instant(x) {
    return this.start + ((x - this.margin) / this.room) * (this.end - this.start);
  }

  // Look at [start, end), no wider than all there is and no narrower than an hour.
  look(start, end) {
    const most = this.until - this.from;
    const length = Math.min(Math.max(end - start, LEAST_SPAN), most);
    const middle = (start + end) / 2;
    const low = Math.min(Math.max(middle - length / 2, this.from), this.until - length);
    // Whole minutes, for whoever reads them.
    this.start = Math.max(Math.round(low / 60) * 60, this.from);
    this.end = Math.min(Math.round((low + length) / 60) * 60, this.until);
    this.redraw();
    this.tell();
  }

  zoom(factor, around = (this.start + this.end) / 2) {
    const length = (this.end - this.start) * factor;
    const share = (around - this.start) / (this.end - this.start);
    const start = around - share * length;
    this.look(start, start + length);
  }

  pan(share) {
    const by = (this.end - this.start) * share;
    this.look(this.start + by, this.end + by);
  }

  redraw() {
    const active = this.scroller.contains(document.activeElement) ? document.activeElement : null;
    this.shown.forEach((element) => element.remove());
    this.shown.clear();
    this.drawAxis();
    this.draw();
    // What was focused is another element now; without one, whoever uses keys would be lost.
    if (!active || active.isConnected) return;
    const { finding, lane } = active.dataset;
    const again = finding ? `[data-finding="${finding}"]` : `[data-lane="${lane}"]`;
    (this.sizer.querySelector(again) || this.scroller).focus({ preventScroll: true });
  }

  later() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = 0;
      this.draw();
    });
  }

  // Put the lanes into the document that are in view, and take out the others.
  draw() {
    const top = this.scroller.scrollTop - SPARE;
    const bottom = this.scroller.scrollTop + this.scroller.clientHeight + SPARE;
    const first = this.everything ? 0 : Math.max(after(this.tops, top) - 1, 0);
    const last = this.everything ? this.chosen.length : after(this.tops, bottom);
    for (const [at, element] of this.shown) {
      if (at < first || at >= last) {
        if (element.contains(document.activeElement)) continue;
        element.remove();
        this.shown.delete(at);
      }
    }
    for (let at = first; at < last; at += 1) {
      if (!this.shown.has(at)) {
        const element = this.lane(at);
        // In the order in which they are read, whichever way somebody scrolls.
        const next = Math.min(...[...this.shown.keys()].filter((each) => each > at));
        this.shown.set(at, element);
        this.sizer.insertBefore(element, this.shown.get(next) || null);
      }
    }
  }

  drawAxis() {
    const most = Math.max(Math.floor(this.room / BETWEEN_TICKS), 1);
    this.ticks = ticks(this.changes, this.start, this.end, most);
    this.axis.replaceChildren();
    let free = 0;
    for (const tick of this.ticks) {
      const x = this.x(tick.instant);
      if (x < free) continue;
      const element = document.createElement("span");
      element.textContent = tick.text;
      element.className = tick.major ? "major" : "";
      element.style.left = `${x}px`;
      this.axis.append(element);
      free = x + element.offsetWidth + 6;
      if (free > this.scroller.clientWidth + 4) element.remove();
    }
  }

  lane(at) {
    const lane = this.data.lanes[this.chosen[at]];
    const element = document.createElement("div");
    const top = this.head(this.chosen[at]);
    element.className = "lane";
    element.setAttribute("role", "listitem");
    element.setAttribute("aria-posinset", at + 1);
    element.setAttribute("aria-setsize", this.chosen.length);
    element.style.top = `${this.tops[at]}px`;
    element.style.height = `${this.height(this.chosen[at])}px`;
    const head = document.createElement("button");
    head.type = "button";
    head.className = "head";
    head.dataset.lane = this.chosen[at];
    head.append(text("strong", lane.name), text("span", lane.about));
    element.append(head);
    const width = this.scroller.clientWidth;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", width);
    svg.setAttribute("height", element.style.height);
    svg.setAttribute("aria-hidden", "true");
    for (const tick of this.ticks) svg.append(line(this.x(tick.instant), this.height(this.chosen[at])));
    element.append(svg);
    let y = top;
    lane.rows.forEach(([label, kind, set]) => {
      if (MET.has(kind)) return;
      const told = text("span", label);
      told.className = "label";
      told.style.top = `${y}px`;
      element.append(told);
      this.bars(svg, kind, set, y + this.row - ROW);
      y += this.row;
    });
    for (const [, kind, set] of lane.rows) if (MET.has(kind)) this.bands(svg, set, top, y);
    this.marks(element, lane.findings);
    return element;
  }

  bars(svg, kind, set, y) {
    const share = SHARES[kind] || 0.75;
    const height = (ROW - 2) * share;
    const second = (this.end - this.start) / this.room;
    for (const [start, end] of seen(this.set(set), this.start, this.end, second)) {
      const low = Math.max(this.x(start), this.margin);
      const high = Math.min(this.x(end), this.margin + this.room);
      const bar = document.createElementNS(SVG, "rect");
      // Of a pattern, little would be seen in so little room.
      bar.setAttribute("class", high - low < THIN ? `${kind} thin` : kind);
      bar.setAttribute("x", low.toFixed(1));
      bar.setAttribute("y", (y + (ROW - height) / 2).toFixed(1));
      bar.setAttribute("width", Math.max(high - low, LEAST_WIDTH).toFixed(1));
      bar.setAttribute("height", height.toFixed(1));
      svg.append(bar);
    }
  }

  // A band over the whole lane where something is found.
  bands(svg, set, top, bottom) {
    const second = (this.end - this.start) / this.room;
    for (const [start, end] of seen(this.set(set), this.start, this.end, second)) {
      const low = Math.max(this.x(start), this.margin);
      const high = Math.min(this.x(end), this.margin + this.room);
      const band = document.createElementNS(SVG, "rect");
      band.setAttribute("class", "band");
      band.setAttribute("x", low.toFixed(1));
      band.setAttribute("y", top - 2);
      band.setAttribute("width", Math.max(high - low, LEAST_WIDTH).toFixed(1));
      band.setAttribute("height", bottom - top + 4);
      svg.append(band);
    }
  }

  // Where findings are, a button to read their stories; those too near to be told apart share one.
  marks(element, numbers) {
    const second = (this.end - this.start) / this.room;
    const found = [];
    for (const number of numbers) {
      const set = this.set(this.data.findings[number].when);
      for (const [start, end, many] of seen(set, this.start, this.end, second)) {
        const low = Math.max(this.x(start), this.margin);
        const high = Math.min(this.x(end), this.margin + this.room);
        found.push({ middle: (low + high) / 2, start, end, many, number });
      }
    }
    found.sort((one, other) => one.middle - other.middle || one.number - other.number);
    // From the first of them, so that a chain of many doesn't become one.
    let shared = [];
    for (const each of found) {
      if (shared.length && each.middle - shared[0].middle >= TARGET) {
        element.append(this.mark(shared));
        shared = [];
      }
      shared.push(each);
    }
    if (shared.length) element.append(this.mark(shared));
  }

  // A button for what is found at one place; the worst comes first, and its first time there.
  mark(shared) {
    const numbers = [...new Set(shared.map((each) => each.number))].sort((one, other) => one - other);
    const [worst, ...others] = numbers;
    const own = shared.filter((each) => each.number === worst);
    const { start, end } = own[0];
    const many = own.reduce((sum, each) => sum + each.many, 0);
    const finding = this.data.findings[worst];
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = `mark ${finding.severity}${finding.waived ? " waived" : ""}`;
    mark.dataset.finding = worst;
    mark.dataset.at = start;
    if (others.length) {
      mark.dataset.also = others;
      mark.append(text("span", numbers.length));
    }
    const edge = TARGET / 2;
    const middle = (shared[0].middle + shared.at(-1).middle) / 2;
    const at = Math.min(Math.max(middle, this.margin + edge), this.margin + this.room - edge);
    mark.style.left = `${at - edge}px`;
    const times = many > 1 ? `${many} times here, first ` : "";
    const more = others.length ? ` and ${others.length} more here` : "";
    const when = `${times}${betweenWords(this.changes, start, end)}`;
    const told = `${finding.severity} ${finding.code}${more}, ${when}: ${messageOf(finding)}`;
    mark.setAttribute("aria-label", told);
    mark.title = told;
    return mark;
  }
}

// What a finding says, read off the page.
function messageOf(finding) {
  if (finding.message === undefined) {
    const told = document.getElementById(finding.id);
    const sentence = told && told.querySelector(":scope > p, :scope > td:nth-child(3)");
    finding.message = sentence ? sentence.textContent : finding.policy;
  }
  return finding.message;
}

function text(name, content) {
  const element = document.createElement(name);
  element.textContent = content;
  return element;
}

function line(x, height) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("class", "grid");
  element.setAttribute("d", `M${x.toFixed(1)} 0V${height}`);
  return element;
}
