// Readings that a fault of their sensor explains: shown, and shown to be no evidence.

import uPlot from "./uplot/uPlot.esm.js";
import { stroke } from "./pen.js";
import { stamp } from "./wording.js";

const ARM = 4; // pixels from the middle of a cross to its ends
const NEAR = 6; // pixels from the cursor within which a cross is meant

// Draws a cross for each. The scale is that of the evidence, so that 85 degC of a broken sensor does not flatten
// it; a cross beyond the scale lies on the border.
export function cross(u, pen, doubted, colour) {
  const { top, height } = u.bbox;
  const arm = ARM * uPlot.pxRatio;
  const inside = (y) => Math.min(Math.max(y, top + 2 * arm), top + height - 2 * arm);
  let before = [-Infinity, 0];
  pen.strokeStyle = colour;
  for (const { time, value } of doubted) {
    const [x, y] = [u.valToPos(time, "x", true), inside(u.valToPos(value, "y", true))];
    if (Math.hypot(x - before[0], y - before[1]) < 1.5 * arm) continue;
    stroke(pen, [x - arm, y - arm], [x + arm, y + arm], [], 1.6 * uPlot.pxRatio);
    stroke(pen, [x - arm, y + arm], [x + arm, y - arm], [], 1.6 * uPlot.pxRatio);
    before = [x, y];
  }
}

// The one whose cross is at the cursor of the plot, or null.
export function crossed(plot, doubted) {
  const { left } = plot?.cursor ?? {};
  if (!(left >= 0)) return null;
  const far = ({ time }) => Math.abs(plot.valToPos(time, "x") - left);
  const near = doubted.filter((one) => far(one) <= NEAR);
  return near.sort((one, other) => far(one) - far(other))[0] ?? null;
}

// What they are, for who cannot point at them: each sensor and fault with its first and last reading.
export function inWords(doubted) {
  const told = new Map();
  for (const { sensor, why, time } of doubted) {
    const key = `${sensor} ${why}`;
    told.set(key, [told.get(key)?.[0] ?? time, time]);
  }
  const sentences = [...told].map(([what, [first, last]]) =>
    last > first ? `${what}, ${stamp(first)} to ${stamp(last)}` : `${what}, ${stamp(first)}`,
  );
  return `Crossed readings say something about the sensor only: ${sentences.join("; ")}.`;
}
