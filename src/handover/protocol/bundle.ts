/**
 * What the customer gets: one document, whatever the file it is written to.
 *
 * @module
 */
import type { PackageMeter } from "./manifest.ts";
import type { OpenedPackage } from "./package.ts";

export interface Delivery {
  readonly reference: string;
  readonly customer: string;
  readonly to: string;
  readonly purpose: string;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  /** The log's signed checkpoint at that time. */
  readonly checkpoint: string;
}

/** The keys of one delivery, as `format: "meterseal-keys"`. */
export interface Bundle {
  readonly format: "meterseal-keys";
  readonly version: 1;
  readonly delivery: Delivery;
  readonly meters: readonly PackageMeter[];
}

/** The document of an opened package whose keys lie open in it. */
export function bundleOf({ manifest }: OpenedPackage, meters: readonly PackageMeter[]): Bundle {
  const { reference, customer, to, purpose, createdAt, checkpoint } = manifest;
  const delivery = { reference, customer, to, purpose, createdAt, checkpoint };
  return { format: "meterseal-keys", version: 1, delivery, meters };
}
