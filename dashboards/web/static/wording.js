// Times and temperatures as a chart writes them; times in UTC.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function clockTicks(ticks, step) {
  let day = "";
  return ticks.map((time) => {
    const iso = new Date(time * 1e3).toISOString();
    const date = `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]}`;
    if (step >= 86400) return step >= 86400 * 300 ? iso.slice(0, 4) : date;
    const clock = iso.slice(11, step < 60 ? 19 : 16);
    const text = date === day ? clock : `${clock}\n${date}`;
    day = date;
    return text;
  });
}

export function degreeTick(value) {
  return `${+value.toFixed(2)}\u00b0`.replace("-", "\u2212");
}

export function degrees(value, decimals) {
  const text = decimals ? value.toFixed(decimals) : String(value);
  return `${text}\u00a0\u00b0C`.replace("-", "\u2212");
}

export function stamp(time) {
  return new Date(time * 1e3).toISOString().slice(0, 19).replace("T", " ");
}
