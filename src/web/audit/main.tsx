/**
 * Starts the auditor's page.
 *
 * @module
 */
import { render } from "preact";
import { createAuditing } from "./auditing.ts";
import { AuditPage } from "./view/page.tsx";

const root = document.getElementById("page");
if (root !== null) {
  // The page may be reached under a path; the service's own paths lie beside it.
  const auditing = createAuditing(new URL("./", location.href).href);
  render(<AuditPage auditing={auditing} />, root);
}
