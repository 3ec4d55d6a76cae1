/**
 * The claimer's keys of each link, kept in IndexedDB so that a reload, a second tab or a lost
 * answer costs nothing. They cannot be exported; a copy of the profile's files opens nothing
 * without link and PIN.
 *
 * @module
 */
import { type ClaimKeys, generateClaimKeys } from "../../../handover/protocol/claim-keys.ts";

/** An entry: the keys, and whether an answer to a claim by them has come. */
export interface KeptClaim {
  /** Short id of the link: nobody gets from it to the link. */
  readonly link: string;
  readonly keys: ClaimKeys;
  readonly claimed: boolean;
}

const DATABASE = "meterseal-collect";
const STORE = "claims";
/** No link's short id: hexadecimal only. */
const TRIAL = "trial";

/**
 * Tells whether this browser can keep keys at all: some private windows cannot. In one
 * transaction, because another tab may be trying as well.
 */
export async function canKeepClaims(): Promise<boolean> {
  try {
    const keys = await generateClaimKeys(false);
    const kept: KeptClaim | undefined = await inStore("readwrite", (store) => {
      store.put({ link: TRIAL, keys, claimed: false });
      const back = store.get(TRIAL);
      store.delete(TRIAL);
      return back;
    });
    return kept?.keys.hpkePrivate instanceof CryptoKey;
  } catch {
    return false;
  }
}

/** The entry of a link; null when there is none. */
export async function keptClaim(link: string): Promise<KeptClaim | null> {
  return (await inStore<KeptClaim | undefined>("readonly", (store) => store.get(link))) ?? null;
}

/**
 * Keys for a link, the same in every tab: of two tabs that draw at once, one is kept and both
 * use it.
 */
export async function keepClaim(link: string): Promise<KeptClaim> {
  const kept = await keptClaim(link);
  if (kept !== null) {
    return kept;
  }
  const drawn: KeptClaim = { link, keys: await generateClaimKeys(false), claimed: false };
  await inStore("readwrite", (store) => {
    const existing = store.getKey(link);
    existing.onsuccess = () => {
      if (existing.result === undefined) {
        store.put(drawn);
      }
    };
    return existing;
  });
  return (await keptClaim(link)) ?? drawn;
}

/** Notes that an answer to a claim has come. */
export async function noteClaimed(claim: KeptClaim): Promise<void> {
  await inStore("readwrite", (store) => store.put({ ...claim, claimed: true }));
}

/** Erases the entry of a link. */
export async function forgetClaim(link: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(link));
}

/**
 * Runs `work` and puts the entries of other links back: the answer to a confirmation clears the
 * storage of the whole origin (Clear-Site-Data), and a second link may still be open in it.
 */
export async function sparingOtherClaims<T>(link: string, work: () => Promise<T>): Promise<T> {
  // A storage that fails now must not keep anybody from confirming.
  const all = await inStore<KeptClaim[]>("readonly", (store) => store.getAll()).catch(() => []);
  try {
    return await work();
  } finally {
    for (const other of all.filter((kept) => kept.link !== link)) {
      await inStore("readwrite", (store) => store.put(other)).catch(() => {});
    }
  }
}

/** One transaction; answered when it has been committed, not when it was asked for. */
async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted"));
    });
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "link" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException("not opened"));
    request.onblocked = () => reject(new DOMException("blocked"));
  });
}
