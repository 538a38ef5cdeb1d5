// Drawing on a chart's canvas.

import uPlot from "./uplot/uPlot.esm.js";

export function clipped(u, draw) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  draw(u.ctx);
  u.ctx.restore();
}

export function stroke(pen, [x0, y0], [x1, y1], dash, width) {
  pen.setLineDash(dash);
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
  pen.setLineDash([]);
}

export function hatch(pen, colour) {
  const size = 8 * uPlot.pxRatio;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const ink = tile.getContext("2d");
  ink.strokeStyle = colour;
  ink.lineWidth = 1.3 * uPlot.pxRatio;
  for (const shift of [-size, 0, size]) {
    ink.beginPath();
    ink.moveTo(shift, size);
    ink.lineTo(shift + size, 0);
    ink.stroke();
  }
  return pen.createPattern(tile, "repeat");
}
