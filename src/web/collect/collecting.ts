/**
 * The engine as the page sees it: a worker, the screen it shows last, and when to wipe it.
 *
 * @module
 */

import { type IdleWatch, watchIdle } from "../idle.ts";
import { forgetFiles } from "../save-file.ts";
import { codeInAddress, codeInText, pageBase } from "./address.ts";
import type { Collecting, Screen } from "./contract.ts";
import { createEngineLink, type EngineLink, NO_ROWS } from "./engine-link.ts";

const IDLE_MS = 600_000;

/** Starts with the code in the address bar. */
export function createCollecting(): Collecting {
  const listeners = new Set<(screen: Screen) => void>();
  let screen: Screen = { at: "loading" };
  let engine: EngineLink | null = null;
  let idle: IdleWatch | null = null;

  const show = (next: Screen) => {
    screen = next;
    for (const listener of listeners) {
      listener(next);
    }
  };

  const end = () => {
    engine?.end();
    engine = null;
    idle?.end();
    idle = null;
  };

  const wipe = (reason: "wiped" | "unsupported" = "wiped") => {
    // Nothing is held before the link was looked at, nor after the receipt.
    if (engine !== null) {
      end();
      forgetFiles();
      const offer = "offer" in screen ? screen.offer : null;
      show({ at: "closed", reason, offer, claimedAt: null });
    }
  };

  const receive = (next: Screen) => {
    show(next);
    if (next.at === "keys") {
      idle ??= watchIdle(countDown, () => wipe(), IDLE_MS);
      // A long file is no absence; an exchange that does not answer is no presence.
      if (next.working?.step === "writing" && !next.offline) {
        idle.touch();
      }
    } else if (next.at === "closed") {
      end();
    } else if (next.at === "receipt") {
      end();
      // From here on the link is worth nothing, and it need not stand in the history.
      history.replaceState(null, "", location.pathname);
    }
  };

  const countDown = (idleSeconds: number | null) => {
    if (screen.at === "keys") {
      show({ ...screen, idleSeconds });
    }
  };

  const start = () => {
    end();
    if (!isSupported()) {
      show({ at: "closed", reason: "unsupported", offer: null, claimedAt: null });
      return;
    }
    const code = codeInAddress(location);
    if (code === null) {
      show({ at: "paste", fault: location.hash.length > 1 ? "LINK_FORMAT" : null });
      return;
    }
    show({ at: "loading" });
    engine = createEngineLink({ onScreen: receive, onBroken: () => wipe("unsupported") });
    engine.send({ order: "start", code, baseUrl: pageBase(location) });
  };

  // A page that is left may be kept as it is, to be shown again by "back": without its keys.
  addEventListener("pagehide", () => wipe());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && screen.at === "closed" && screen.reason === "wiped") {
      start();
    }
  });
  addEventListener("hashchange", start);
  addEventListener("online", () => engine?.send({ order: "retry" }));
  start();

  return {
    watch(listener) {
      listeners.add(listener);
      listener(screen);
      return () => listeners.delete(listener);
    },
    paste(text) {
      const code = codeInText(text, pageBase(location));
      if (code === null) {
        show({ at: "paste", fault: "LINK_FORMAT" });
      } else {
        // As if the whole link had been followed: a reload finds it again.
        history.replaceState(null, "", `#${code}`);
        start();
      }
    },
    openWith: (pin) => engine?.send({ order: "openWith", pin }),
    rows: async (filter, from, count) => (await engine?.rows({ filter, from, count })) ?? NO_ROWS,
    reveal: async (index) => (await engine?.reveal(index)) ?? null,
    save: (format, options) => engine?.send({ order: "save", format, options }),
    confirm: (name) => engine?.send({ order: "confirm", name }),
    stay: () => idle?.touch(),
    wipe: () => wipe(),
    retry() {
      if (engine === null) {
        start();
      } else {
        engine.send({ order: "retry" });
      }
    },
  };
}

/** WebCrypto is there in secure contexts only: https, or this machine. */
function isSupported(): boolean {
  return isSecureContext && "subtle" in crypto && typeof Worker === "function";
}
