/**
 * The collecting page's engine for pictures and tests of the view: shows whatever screen it is
 * handed, notes what the reader did, and plays the way from PIN to receipt.
 *
 * @module
 */
import type { Collecting, Screen } from "../../src/web/collect/contract.ts";
import { GALLERY, galleryKey, galleryRow } from "./gallery-screens.ts";

/** What a test can do with the gallery from outside, as `gallery` in the page. */
export interface Gallery {
  show(screen: Screen): void;
  readonly collecting: Collecting;
  /** What the reader did, in order. */
  readonly calls: (readonly unknown[])[];
  /** How many keys there are. */
  keys: number;
}

/** Starts without an engine, with nothing to show yet. */
export function openGalleryEngine(): Gallery {
  let shown: Screen = { at: "loading" };
  const listeners = new Set<(screen: Screen) => void>();
  const did = (...call: unknown[]) => gallery.calls.push(call);
  const show = (screen: Screen | undefined) => {
    shown = screen ?? { at: "loading" };
    for (const listener of listeners) {
      listener(shown);
    }
  };
  const collecting: Collecting = {
    watch(listener) {
      listeners.add(listener);
      listener(shown);
      return () => listeners.delete(listener);
    },
    paste: (text) => did("paste", text),
    openWith(pin) {
      did("openWith", pin);
      show(GALLERY["pin-working"]);
      queueMicrotask(() => show(GALLERY["keys"]));
    },
    async rows(filter, from, count) {
      const all = Array.from({ length: gallery.keys }, (_, index) => galleryRow(index));
      const fitting = all.filter((row) => `${row.serial} ${row.name ?? ""}`.includes(filter));
      const rows = fitting.slice(from, from + count);
      return await Promise.resolve({ total: fitting.length, rows });
    },
    async reveal(index) {
      did("reveal", index);
      return await Promise.resolve(galleryKey(index));
    },
    save(format, options) {
      did("save", format, options);
      show(GALLERY["keys-saved"]);
    },
    confirm(name) {
      did("confirm", name);
      show(GALLERY["receipt"]);
    },
    stay: () => did("stay"),
    wipe: () => did("wipe"),
    retry: () => did("retry"),
  };
  const gallery: Gallery = { show, collecting, calls: [], keys: 256 };
  return gallery;
}
