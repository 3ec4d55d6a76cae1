/**
 * The field listener: installers on site. It has no route that decrypts, exports or reads the log.
 *
 * @module
 */
import type { Express } from "express";
import type { CoreContext } from "./context.ts";
import { createListener, type ListenerOptions } from "./listener.ts";
import { importRoutes } from "./routes/import.ts";
import { meterRoutes } from "./routes/meters.ts";

export function createField(context: CoreContext, options: ListenerOptions): Express {
  return createListener(context, "field", options, [importRoutes(context), meterRoutes(context)]);
}
