// <city-map>: waits until its map is wanted, then loads what draws it. A page with a map weighs no more than one without.

const PHONE = "(width < 40rem)";

class CityMap extends HTMLElement {
  connectedCallback() {
    this.labels = JSON.parse(this.dataset.labels);
    if (matchMedia(PHONE).matches || navigator.connection?.saveData) this.#offer();
    else this.#watch();
  }

  /** Lets a person decide, where the way is narrow or dear. */
  #offer() {
    const button = this.querySelector("button");
    this.dataset.state = "offered";
    button.hidden = false;
    button.addEventListener("click", () => {
      button.hidden = true;
      this.#draw({ focus: true });
    });
  }

  #watch() {
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        this.#draw({ focus: false });
      },
      { rootMargin: "300px" },
    );
    watcher.observe(this);
  }

  async #draw({ focus }) {
    this.#say("loading");
    try {
      const [{ draw }] = await Promise.all([import(this.dataset.drawing), this.#dress()]);
      const map = await draw(this);
      this.#say("drawn");
      if (focus) map.getCanvas().focus();
    } catch (error) {
      this.querySelector(".city-map-canvas")?.remove();
      this.#say(error.message === "empty" ? "empty" : "failed");
      if (error.message !== "empty") console.warn(error);
    }
  }

  /** The styles of the map's controls, once a page. */
  async #dress() {
    const href = this.dataset.controls;
    if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    const done = new Promise((resolve, reject) => {
      link.addEventListener("load", resolve);
      link.addEventListener("error", () => reject(new Error("The styles of the map did not load.")));
    });
    document.head.append(link);
    await done;
  }

  #say(state) {
    this.dataset.state = state;
    this.querySelector("[role=status]").textContent = this.labels[state] ?? "";
  }
}

customElements.define("city-map", CityMap);
