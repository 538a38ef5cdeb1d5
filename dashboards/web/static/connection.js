// Asking the server, and saying so when it does not answer.
// A page never shows old data as if it were new: without an answer the banner names its age.

const PATIENCE_MS = 4000;

export class Connection {
  constructor() {
    this.banner = document.getElementById("banner");
    this.pulse = document.getElementById("pulse-text");
    this.found(); // the page itself just came from the server
  }

  // The answer, or null when there is none; the page then already says so.
  // A 4xx is an answer: the caller decides what it means.
  async ask(address, headers = {}) {
    let answer;
    try {
      answer = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      this.lost("the server does not answer");
      return null;
    }
    if (answer.status >= 500) {
      const told = await answer.json().catch(() => ({}));
      this.lost(told.detail ?? "the server failed");
      return null;
    }
    this.found();
    return answer;
  }

  found() {
    this.asOf = new Date();
    this.banner.hidden = true;
    document.body.classList.remove("lost");
    document.body.classList.add("live");
    write(this.pulse, `live, ${this.asOf.toISOString().slice(11, 19)} UTC`);
  }

  lost(reason) {
    const since = this.asOf.toISOString().slice(0, 19).replace("T", " ");
    document.body.classList.remove("live");
    document.body.classList.add("lost");
    write(this.pulse, "connection lost");
    write(this.banner, `Connection lost, showing data as of ${since} UTC: ${reason}. Trying again.`);
    this.banner.hidden = false;
  }
}

// Runs `step` again `pause` ms after it finished, while the page can be seen.
export function repeat(step, pause) {
  const round = async () => {
    if (!document.hidden) {
      try {
        await step();
      } catch (error) {
        console.error(error); // one bad answer must not end the page's life
      }
    }
    setTimeout(round, pause);
  };
  setTimeout(round, pause);
}

// Writes only what changed, so that a screen reader is not told the same thing twice a second.
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Exchanges the parts marked data-live by those of a newer rendering of the same page.
export function renew(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = page.getElementById(part.id);
    if (newer && newer.innerHTML !== part.rendered) {
      part.rendered = newer.innerHTML;
      part.innerHTML = newer.innerHTML;
    }
  }
}

export async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
