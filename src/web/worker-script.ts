/**
 * Starts workers, from the one address that a page may run.
 *
 * The pages' policy demands Trusted Types (W3C Trusted Types §4.1); this policy is the only one
 * that the listeners name, and it is taken before any other code could ask for it.
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

/**
 * The platform's worker, under the policy. Import it as `Worker`: by the expression
 * `new Worker(new URL("…", import.meta.url))` the build finds scripts.
 */
export class PageWorker extends globalThis.Worker {
  constructor(address: URL, options: WorkerOptions) {
    super(policy?.createScriptURL(address.href) ?? address.href, options);
  }
}
