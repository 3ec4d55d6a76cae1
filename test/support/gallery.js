/**
 * Puts the collecting page on the gallery's engine. It runs in a browser, built from source by
 * gallery-build.ts, and is JavaScript so that the types of the browser stay out of the tests.
 *
 * @module
 */
import { h, render } from "preact";
import { CollectPage } from "../../src/web/collect/view/page.tsx";
import { openGalleryEngine } from "./gallery-engine.ts";
import { GALLERY_BRAND } from "./gallery-screens.ts";

globalThis.gallery = openGalleryEngine();
const { collecting } = globalThis.gallery;
render(h(CollectPage, { collecting, brand: GALLERY_BRAND }), document.querySelector("#page"));
