/**
 * Starts the collecting page.
 *
 * @module
 */
import { render } from "preact";

render(<h1>Collect meter keys</h1>, document.querySelector("#page")!);
