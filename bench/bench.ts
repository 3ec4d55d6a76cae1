/**
 * The measurements by name.
 *
 * @module
 */
import { measureAppend } from "./append.ts";
import { measureAsk } from "./ask.ts";
import { measureDecrypt } from "./decrypt.ts";
import { measureEnrol } from "./enrol.ts";
import { measureGrowth } from "./growth.ts";
import { measureLogShare } from "./log-share.ts";
import type { Measurement, Settings } from "./measurement.ts";
import { measurePipeline } from "./pipeline.ts";
import { measureSeal } from "./seal.ts";
import { measureVerify } from "./verify.ts";

/** In the order in which they are taken. */
export const MEASUREMENTS: ReadonlyMap<string, (settings: Settings) => Promise<Measurement>> =
  new Map([
    ["decrypt", measureDecrypt],
    ["pipeline", measurePipeline],
    ["growth", measureGrowth],
    ["log-share", measureLogShare],
    ["enrol", measureEnrol],
    ["seal", measureSeal],
    ["append", measureAppend],
    ["ask", measureAsk],
    ["verify", measureVerify],
  ]);
