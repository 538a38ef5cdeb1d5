// One unit's temperature on a time axis, with what it is judged by: limits, excursions, silence,
// and the moment custody passed. The strip of places above it follows the same axis.

import uPlot from "./uplot/uPlot.esm.js";
import { cross, crossed, inWords } from "./doubts.js";
import { doubted, lines, unmonitored } from "./felt.js";
import { clipped, hatch, stroke } from "./pen.js";
import { clockTicks, degrees, degreeTick, stamp } from "./wording.js";

const FEW_READINGS = 80;
const BREAK_ACROSS_OTHER_TIMES = 2; // uPlot: a null reaches over the times at which only other lines have readings

export class Chart {
  // `select(from, to)` is called when a person drags across the chart, `select(null)` on a double click.
  constructor(panel, select) {
    this.panel = panel;
    this.box = panel.querySelector(".chart");
    this.strip = panel.querySelector(".strip");
    this.readout = panel.querySelector("[data-readout]");
    this.doubts = panel.querySelector("[data-doubts]");
    this.select = select;
    this.told = { segments: [], limits: [], excursions: [], acceptedAt: null, now: 0, last: null };
    this.lines = [];
    this.doubted = [];
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(this.box);
  }

  // Shows `told` between `from` and `to`.
  show(told, [from, to]) {
    this.told = told;
    this.window = [from, to];
    this.blind = unmonitored(told.segments, told.now);
    this.doubted = doubted(told.segments).filter(({ time }) => time >= from && time <= to);
    this.lines = lines(told.segments, (to - from) / 50);
    const tables = this.lines.map(({ xs, ys }) => [xs, ys]);
    const breaks = tables.map(() => [BREAK_ACROSS_OTHER_TIMES, BREAK_ACROSS_OTHER_TIMES]);
    const data = tables.length > 1 ? uPlot.join(tables, breaks) : (tables[0] ?? [[from, to], [null, null]]);
    if (!this.plot || this.plot.series.length !== data.length) this.build(data);
    else this.plot.setData(data, false);
    this.plot.setScale("x", { min: from, max: to });
    this.placeStays();
    this.say();
    this.doubts.textContent = inWords(this.doubted);
    this.doubts.hidden = !this.doubted.length;
  }

  build(data) {
    this.plot?.destroy();
    this.colours = colours();
    this.plot = new uPlot(this.options(data.length - 1), data, this.box);
  }

  repaint() {
    if (!this.plot) return;
    this.plot.destroy();
    this.plot = null;
    this.show(this.told, this.window);
  }

  fit() {
    if (this.plot && this.box.clientWidth) {
      this.plot.setSize({ width: this.box.clientWidth, height: this.box.clientHeight });
      this.placeStays();
    }
  }

  end() {
    this.resize.disconnect();
    this.plot?.destroy();
  }

  options(series) {
    const margins = getComputedStyle(this.strip);
    const axis = { stroke: this.colours.soft, grid: { stroke: this.colours.line, width: 1 }, ticks: { show: false } };
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    return {
      width: this.box.clientWidth,
      height: this.box.clientHeight,
      padding: [10, parseFloat(margins.marginRight), 0, 0],
      legend: { show: false },
      tzDate: (time) => uPlot.tzDate(new Date(time * 1e3), "Etc/UTC"),
      cursor: {
        y: false,
        points: { size: 7 },
        drag: { x: true, y: false, setScale: false },
        sync: { key: "lot", setSeries: false },
        bind: { dblclick: () => () => this.select(null) },
      },
      scales: { x: { time: true }, y: { range: (_, low, high) => this.range(low, high) } },
      axes: [
        { ...axis, font, space: 84, size: 40, values: (_, ticks, __, ___, step) => clockTicks(ticks, step) },
        { ...axis, font, space: 32, size: parseFloat(margins.marginLeft), values: (_, ticks) => ticks.map(degreeTick) },
      ],
      series: [
        {},
        ...Array.from({ length: series }, () => ({
          stroke: (u) => this.ink(u),
          width: 1.7,
          spanGaps: false,
          points: { show: few, filter: alone, size: 4.5, fill: (u) => this.ink(u), width: 0 },
        })),
      ],
      hooks: {
        drawClear: [(u) => clipped(u, (pen) => this.drawGround(u, pen))],
        draw: [(u) => clipped(u, (pen) => this.drawMarks(u, pen))],
        setCursor: [() => this.say()],
        setSelect: [(u) => this.selected(u)],
      },
    };
  }

  selected(u) {
    if (u.select.width > 6) {
      this.select(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
    }
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  }

  // The tightest limit of each side belongs into the picture; wider ones only when they were reached.
  tightest() {
    const upper = this.told.limits.filter((one) => one.side === "above").map((one) => one.limit);
    const lower = this.told.limits.filter((one) => one.side === "below").map((one) => one.limit);
    return { upper: upper.length ? Math.min(...upper) : null, lower: lower.length ? Math.max(...lower) : null };
  }

  range(low, high) {
    const { upper, lower } = this.tightest();
    const known = [low, high, upper, lower].filter((value) => value !== null && value !== undefined);
    if (!known.length) return [0, 10];
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const room = Math.max((most - least) * 0.16, 0.6);
    return [least - room, most + room];
  }

  ink(u) {
    const { upper, lower } = this.tightest();
    const { top, height } = u.bbox;
    const at = (value) => (u.valToPos(value, "y", true) - top) / height;
    const paint = u.ctx.createLinearGradient(0, top, 0, top + height);
    const stop = (where, colour) => paint.addColorStop(Math.min(Math.max(where, 0), 1), colour);
    if (upper !== null && Number.isFinite(at(upper))) {
      stop(0, this.colours.alarm);
      stop(at(upper), this.colours.alarm);
      stop(at(upper), this.colours.accent);
    } else stop(0, this.colours.accent);
    if (lower !== null && Number.isFinite(at(lower))) {
      stop(at(lower), this.colours.accent);
      stop(at(lower), this.colours.cold);
      stop(1, this.colours.cold);
    } else stop(1, this.colours.accent);
    return paint;
  }

  drawGround(u, pen) {
    const { left, top, width, height } = u.bbox;
    const { upper, lower } = this.tightest();
    if (upper !== null) {
      pen.fillStyle = this.colours.alarmWash;
      pen.fillRect(left, top, width, u.valToPos(upper, "y", true) - top);
    }
    if (lower !== null) {
      const y = u.valToPos(lower, "y", true);
      pen.fillStyle = this.colours.coldWash;
      pen.fillRect(left, y, width, top + height - y);
    }
    for (const stretch of this.blind) this.band(u, pen, stretch, hatch(pen, this.colours.hatch));
    for (const { beyond } of this.told.excursions) {
      for (const stretch of beyond) this.band(u, pen, stretch, this.colours.alarmBand);
    }
  }

  band(u, pen, [from, to], fill) {
    const start = u.valToPos(from, "x", true);
    pen.fillStyle = fill;
    pen.fillRect(start, u.bbox.top, Math.max(u.valToPos(to, "x", true) - start, 2), u.bbox.height);
  }

  drawMarks(u, pen) {
    const { left, top, width, height } = u.bbox;
    const unit = uPlot.pxRatio;
    pen.font = `600 ${12 * unit}px ${getComputedStyle(document.body).fontFamily}`;
    for (const { side, limit } of distinct(this.told.limits)) {
      const y = u.valToPos(limit, "y", true);
      if (y < top || y > top + height) continue;
      pen.strokeStyle = pen.fillStyle = side === "above" ? this.colours.alarm : this.colours.cold;
      stroke(pen, [left, y], [left + width, y], [6 * unit, 4 * unit], 1.2 * unit);
      pen.textAlign = "right";
      pen.textBaseline = side === "above" ? "bottom" : "top";
      pen.fillText(degrees(limit, 0), left + width - 6 * unit, y + (side === "above" ? -3 : 3) * unit);
    }
    this.drawCustody(u, pen, unit);
    cross(u, pen, this.doubted, this.colours.warn);
    this.drawExcursions(u, pen, unit);
  }

  drawExcursions(u, pen, unit) {
    const { top, left, width } = u.bbox;
    let free = -Infinity;
    pen.font = `600 ${12 * unit}px ${getComputedStyle(document.body).fontFamily}`;
    for (const { mark, text, beyond } of this.told.excursions) {
      const start = Math.max(u.valToPos(beyond[0][0], "x", true), left);
      const end = u.valToPos(beyond.at(-1)[1], "x", true);
      if (end < left || start > left + width) continue;
      pen.fillStyle = this.colours.alarm;
      pen.fillRect(start, top, Math.max(end - start, 2 * unit), 3 * unit);
      const label = pen.measureText(text).width < left + width - start - 70 * unit ? text : mark;
      const at = Math.max(start + 8 * unit, free);
      pen.textAlign = "left";
      pen.textBaseline = "top";
      const long = pen.measureText(label).width;
      pen.fillStyle = this.colours.card;
      pen.fillRect(at - 4 * unit, top + 6 * unit, long + 8 * unit, 17 * unit);
      pen.fillStyle = this.colours.alarm;
      pen.fillText(label, at, top + 9 * unit);
      free = at + long + 12 * unit;
    }
  }

  drawCustody(u, pen, unit) {
    if (this.told.acceptedAt === null) return;
    const { top, left, width, height } = u.bbox;
    const x = u.valToPos(this.told.acceptedAt, "x", true);
    if (x < left || x > left + width) return;
    pen.strokeStyle = pen.fillStyle = this.colours.ink;
    stroke(pen, [x, top], [x, top + height], [], 1.5 * unit);
    pen.font = `${12 * unit}px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "bottom";
    const y = top + height - 6 * unit;
    const wide = (text) => pen.measureText(text).width + 14 * unit;
    const [theirs, ours] = ["supplier\u2019s custody", "ours"];
    pen.textAlign = "right";
    if (x - left > wide(theirs)) pen.fillText(theirs, x - 6 * unit, y);
    pen.textAlign = "left";
    if (left + width - x > wide(ours)) pen.fillText(ours, x + 6 * unit, y);
  }

  // Stays lie on the chart's axis: a stay outside the time shown is not drawn.
  placeStays() {
    const [from, to] = this.window ?? [];
    if (!(to > from)) return;
    const share = (time) => ((Math.min(Math.max(time, from), to) - from) / (to - from)) * 100;
    const places = [...this.strip.children].map((item) => {
      const since = Date.parse(item.dataset.since) / 1000;
      const until = item.dataset.until ? Date.parse(item.dataset.until) / 1000 : Math.max(this.told.now, since);
      return { item, start: share(since), end: share(until), out: until < from || since > to };
    });
    for (const { item, start, end, out } of places) {
      item.hidden = out;
      item.style.left = `${start}%`;
      item.style.width = `${end - start}%`;
      item.classList.toggle("tight", ((end - start) / 100) * this.strip.clientWidth < 40);
    }
  }

  // The reading under the cursor, or the newest one.
  say() {
    const { idx } = this.plot?.cursor ?? {};
    const time = idx === null || idx === undefined ? null : this.plot.data[0][idx];
    const hit = crossed(this.plot, this.doubted) ?? (time === null ? null : this.at(time));
    const shown = hit ?? this.told.last;
    if (shown) this.write(shown, hit !== null);
  }

  at(time) {
    for (const { xs, ys, said } of this.lines) {
      const i = xs.indexOf(time);
      if (i >= 0 && ys[i] !== null) return { time, value: ys[i], ...said[i] };
    }
    return null;
  }

  write({ time, value, location, sensor, why }, pointed) {
    const { upper, lower } = this.tightest();
    const out = (upper !== null && value > upper) || (lower !== null && value < lower);
    const figure = document.createElement("b");
    figure.textContent = degrees(value, 2);
    figure.className = why ? "doubted" : out ? "out" : "";
    const rest = document.createElement("span");
    rest.className = "soft";
    const fault = why ? `, sensor fault (${why}): no evidence` : "";
    rest.textContent = ` ${pointed ? "" : "last reading "}${stamp(time)}, ${sensor} at ${location}${fault}`;
    this.readout.replaceChildren(figure, rest);
    if (!pointed) this.readout.dataset.last = String(time);
  }
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const one = (name) => style.getPropertyValue(name).trim();
  return {
    ink: one("--ink"), soft: one("--soft"), line: one("--line"), accent: one("--accent"), card: one("--card"),
    alarm: one("--alarm"), alarmWash: one("--alarm-wash"), alarmBand: one("--alarm-band"),
    cold: one("--cold"), coldWash: one("--cold-wash"), hatch: one("--hatch"), warn: one("--warn"),
  };
}

function distinct(limits) {
  return [...new Map(limits.map((one) => [`${one.side} ${one.limit}`, one])).values()];
}

// Every reading is marked when they are few, and always one that stands alone between two gaps.
function few(u, series, first, last) {
  return last - first < FEW_READINGS;
}

function alone(u, series, shown) {
  if (shown) return null;
  const values = u.data[series];
  const silent = (i, step) => {
    while (i >= 0 && i < values.length && values[i] === undefined) i += step; // another line's time
    return typeof values[i] !== "number";
  };
  return [...values.keys()].filter((i) => typeof values[i] === "number" && silent(i - 1, -1) && silent(i + 1, 1));
}
