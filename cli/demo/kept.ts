/**
 * `demo --keep`: leaves the deployment running, with a link that waits to be opened in a browser.
 *
 * @module
 */
import type { Output } from "../output.ts";
import type { Deployment } from "./deployment.ts";

export interface Kept {
  readonly customer: string;
  /** A token for each role. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Prints addresses, tokens, a link and its PIN, and waits for Ctrl-C. */
export async function keepRunning(
  deployment: Deployment,
  { customer, tokens }: Kept,
  output: Output,
): Promise<void> {
  const { internal, field, exchange, admin, config, call } = deployment;
  const order = { customer, all: true, to: "You", purpose: "to see the collecting page" };
  const { link, pin, reference } = await call(
    "POST",
    "/v1/links",
    tokens["custodian"] ?? "",
    order,
  );
  const { data } = config;
  const shown = { internal, field, exchange, data, admin, tokens, link, pin, reference };
  await output.result(shown, () => [
    "",
    `internal          ${internal}`,
    `field             ${field}`,
    `exchange          ${exchange}`,
    `data              ${data}`,
    `admin             ${admin}`,
    ...Object.entries(tokens).map(([role, token]) => `${role.padEnd(16)}  ${token}`),
    "",
    "open in a browser, and type the PIN:",
    `link              ${link}`,
    `pin               ${pin}`,
    "",
    "running until Ctrl-C, then the last steps follow",
  ]);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
