/**
 * The last steps of the demo: a clean stop, the log as an auditor checks it, and one edited entry.
 *
 * @module
 */
import { verifyDataDirectory } from "../../src/programs/verify-log.ts";
import { type Account, demand } from "./account.ts";
import type { Deployment } from "./deployment.ts";
import { editLog } from "./edited-log.ts";

export async function auditSteps(deployment: Deployment, account: Account): Promise<void> {
  const { config } = deployment;
  await account.step("stop", async () => {
    demand((await deployment.stop()) === 0, "the service did not stop cleanly");
    return "both programs ended, the last checkpoint is signed";
  });

  await account.step("verify the log", async () => {
    const report = await verifyDataDirectory(config, {}, () => undefined);
    demand(report.ok && report.unsigned === 0, "the log does not verify");
    return `${report.size} entries, root ${report.root.slice(0, 12)}…, no problem found`;
  });

  await account.step("an edited log", async () => {
    const { index, report } = await editLog(config);
    const [first] = report.problems;
    demand(!report.ok && first?.index === index, "the edited entry was not found");
    return `found: entry ${first?.index}, ${first?.code}`;
  });
}
