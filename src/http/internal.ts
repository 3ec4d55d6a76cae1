/**
 * The internal listener: data management, custodians, auditors, admins. Bound inside only.
 *
 * @module
 */
import type { Express } from "express";
import type { CoreContext } from "./context.ts";
import { createListener, type ListenerOptions } from "./listener.ts";
import { activityRoutes } from "./routes/activity.ts";
import { activityAskRoutes } from "./routes/activity-ask.ts";
import { activityProofRoutes } from "./routes/activity-proof.ts";
import { auditPageRoutes } from "./routes/audit-page.ts";
import { checkRoutes } from "./routes/check.ts";
import { customerRoutes } from "./routes/customers.ts";
import { decryptRoutes } from "./routes/decrypt.ts";
import { holderRoutes } from "./routes/holders.ts";
import { identityRoutes } from "./routes/identities.ts";
import { importRoutes } from "./routes/import.ts";
import { linkRoutes } from "./routes/links.ts";
import { logRoutes } from "./routes/log.ts";
import { logTileRoutes } from "./routes/log-tiles.ts";
import { meterAdminRoutes, meterRoutes } from "./routes/meters.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { pruneRoutes } from "./routes/prunes.ts";
import { recipientRoutes } from "./routes/recipients.ts";
import { statusRoutes } from "./routes/status.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { unknownRoutes } from "./routes/unknown.ts";

export function createInternal(context: CoreContext, options: ListenerOptions): Express {
  return createListener(context, "internal", options, [
    customerRoutes(context),
    tokenRoutes(context),
    identityRoutes(context),
    importRoutes(context),
    // Before the routes that take any word for a meter.
    unknownRoutes(context),
    meterAdminRoutes(context),
    checkRoutes(context),
    holderRoutes(context),
    meterRoutes(context),
    decryptRoutes(context),
    linkRoutes(context),
    recipientRoutes(context),
    // Before the routes that take any word for an index.
    activityAskRoutes(context),
    // Before the route that takes any word for an index.
    pruneRoutes(context),
    activityRoutes(context),
    activityProofRoutes(context),
    logRoutes(context),
    logTileRoutes(context),
    auditPageRoutes(),
    statusRoutes(context),
    metricsRoutes(context),
  ]);
}
