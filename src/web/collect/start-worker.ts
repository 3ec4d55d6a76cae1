/**
 * Starts the engine's worker, from the one address that this page may run.
 *
 * The page's policy demands Trusted Types (W3C Trusted Types §4.1); this policy is the only one
 * that the exchange names, and it is taken before any other code could ask for it.
 *
 * @module
 */

/** What of Trusted Types is used; not every browser knows them, and the types at hand do not. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy("meterseal-worker", {
  createScriptURL(address) {
    const { origin, pathname } = new URL(address);
    if (origin !== location.origin || !/\/assets\/worker-[\w-]+\.js$/.test(pathname)) {
      throw new TypeError("worker: expected the script of this page");
    }
    return address;
  },
});

/** The platform's worker under the platform's name: by this expression the build finds scripts. */
class Worker extends globalThis.Worker {
  constructor(address: URL, options: WorkerOptions) {
    super(policy?.createScriptURL(address.href) ?? address.href, options);
  }
}

/** Starts a worker; ending it wipes what it holds. */
export function startWorker(): globalThis.Worker {
  return new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
}
