// What each unit felt, as far as this page knows: loaded whole, then grown by what is new.
// Times are seconds since the epoch, temperatures degC, null a gap in the readings. What a fault of the
// sensor explains is kept apart, as `doubted`: it is no evidence.

const LONGEST_OVERLAP = 900;

export class Felt {
  constructor() {
    this.units = new Map();
    this.limits = [];
    this.newest = new Map(); // by unit its newest reading, also when that lies outside the time shown
    this.latest = null; // the newest reading of any unit
    this.from = null; // what is asked for next comes after this
  }

  // Takes the answer to a question about the whole time shown.
  load(answer) {
    if (answer.until === null) this.newest.clear();
    this.limits = answer.limits;
    this.units = new Map(answer.units.map((unit) => [unit.code, unit.segments.map(segment)]));
    this.look();
  }

  // Takes the answer to "what came after `since`": everything held after it is replaced.
  extend(answer, since) {
    for (const { code, segments } of answer.units) {
      const kept = (this.units.get(code) ?? []).filter((one) => one.since <= since);
      kept.forEach((one) => cut(one, since));
      for (const fresh of segments.map(segment)) grow(kept, fresh, since);
      this.units.set(code, kept);
    }
    this.look();
  }

  look() {
    let from = Infinity;
    for (const [code, segments] of this.units) {
      const newest = lastOf(segments);
      if (newest && !(newest.time < this.newest.get(code)?.time)) this.newest.set(code, newest);
      for (const { times, values, until } of segments) {
        if (!times.length) continue;
        this.latest = Math.max(this.latest ?? -Infinity, times.at(-1));
        const spoken = times.filter((_, i) => i >= times.length - 4 && values[i] !== null);
        if (until === null) from = Math.min(from, spoken.at(-2) ?? spoken.at(-1) ?? times[0]);
      }
    }
    if (this.latest !== null) {
      const oldest = this.latest - LONGEST_OVERLAP;
      this.from = Math.floor(Math.max(Math.min(from, this.latest), oldest) * 1000) / 1000;
    }
  }

  segments(code) {
    return this.units.get(code) ?? [];
  }

  // The newest reading of a unit with where it was felt, or null.
  last(code) {
    return this.newest.get(code) ?? null;
  }
}

function lastOf(segments) {
  let last = null;
  for (const { times, values, location, sensor } of segments) {
    const i = values.findLastIndex((value) => value !== null);
    if (i >= 0 && !(times[i] <= last?.time)) last = { time: times[i], value: values[i], location, sensor };
  }
  return last;
}

function segment({ since, until, ...told }) {
  return { ...told, since: seconds(since), until: until ? seconds(until) : null };
}

function cut(one, since) {
  const end = one.times.findIndex((time) => time > since);
  if (end >= 0) {
    one.times = one.times.slice(0, end);
    one.values = one.values.slice(0, end);
  }
  one.doubted = one.doubted.filter(({ time }) => time <= since);
  if (one.until === null || one.until > since) one.until = since;
}

function grow(kept, fresh, since) {
  const touches = (one) => Math.abs(one.until - since) < 0.002 && fresh.since - since < 0.002;
  const before = kept.find(
    (one) => one.location === fresh.location && one.sensor === fresh.sensor && touches(one),
  );
  if (!before) {
    kept.push(fresh);
    return;
  }
  before.times = before.times.concat(fresh.times);
  before.values = before.values.concat(fresh.values);
  before.doubted = before.doubted.concat(fresh.doubted);
  before.until = fresh.until;
}

// Lines to draw. Segments share a line, with a break between them, when they lie `apart` seconds from
// each other; closer ones get lines of their own, so that nothing seems to lead from one to the next.
export function lines(segments, apart) {
  const drawn = [];
  for (const { times, values, sensor, location } of segments) {
    if (!times.length) continue;
    let line = drawn.find((one) => one.xs.at(-1) + apart < times[0]);
    if (line) {
      line.xs.push((line.xs.at(-1) + times[0]) / 2);
      line.ys.push(null);
      line.said.push(null);
    } else {
      line = { xs: [], ys: [], said: [] };
      drawn.push(line);
    }
    const said = { sensor, location };
    times.forEach((time, i) => {
      line.xs.push(time);
      line.ys.push(values[i]);
      line.said.push(said);
    });
  }
  return drawn;
}

// The readings that are no evidence, each with the sensor and the place it was read at.
export function doubted(segments) {
  return segments.flatMap(({ doubted, sensor, location }) =>
    doubted.map((reading) => ({ ...reading, sensor, location })),
  );
}

// Stretches [from, to] in which no sensor spoke for the unit; `now` ends one that goes on.
export function unmonitored(segments, now) {
  const blind = [];
  for (const { sensor, since, until, times, values } of segments) {
    if (sensor === null) blind.push([since, until ?? now]);
    values.forEach((value, i) => {
      if (value !== null) return;
      const gap = [times[i - 1] ?? since, times[i + 1] ?? until ?? now];
      if (!spoken(segments, gap)) blind.push(gap);
    });
  }
  return blind.filter(([from, to]) => to > from);
}

// Equally near sensors run side by side: a unit is unmonitored only when all of them are silent.
function spoken(segments, [from, to]) {
  return segments.some(({ times, values }) =>
    times.some((time, i) => time > from && time < to && values[i] !== null),
  );
}

export function seconds(iso) {
  return Date.parse(iso) / 1000;
}
