/**
 * Requests to the service, with the token in a closure and nowhere else.
 *
 * @module
 */
import { AuditError } from "../contract.ts";

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Client {
  json<T>(path: string, query?: Query): Promise<T>;
  text(path: string): Promise<string>;
  /** Null when there is no such file. */
  bytes(path: string): Promise<Uint8Array | null>;
}

/**
 * @param base - where the service's paths begin, with a slash at its end
 * @param onEnded - the service knows this token no more
 */
export function createClient(base: string, token: string, onEnded: () => void): Client {
  const ask = async (path: string, query: Query = {}): Promise<Response> => {
    const address = new URL(path, base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== "") {
        address.searchParams.set(name, String(value));
      }
    }
    const answer = await send(address, token);
    if (answer.status === 401) {
      onEnded();
    }
    return answer;
  };
  const good = async (path: string, query?: Query): Promise<Response> => {
    const answer = await ask(path, query);
    if (!answer.ok) {
      throw new AuditError(await codeOf(answer), answer.status);
    }
    return answer;
  };
  return {
    async json<T>(path: string, query?: Query) {
      return (await read(async () => await (await good(path, query)).json())) as T;
    },
    async text(path) {
      return await read(async () => await (await good(path)).text());
    },
    async bytes(path) {
      const answer = await ask(path);
      if (answer.status === 404 || answer.status === 410) {
        return null;
      }
      if (!answer.ok) {
        throw new AuditError(await codeOf(answer), answer.status);
      }
      return new Uint8Array(await read(async () => await answer.arrayBuffer()));
    },
  };
}

async function send(address: URL, token: string): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { Authorization: `Bearer ${token}` },
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch {
    throw new AuditError("OFFLINE");
  }
}

/** An answer that breaks off or is no JSON, as a proxy's own page is none. */
async function read<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError("ANSWER");
  }
}

async function codeOf(answer: Response): Promise<string> {
  try {
    const { code } = (await answer.json()) as { code?: unknown };
    return typeof code === "string" ? code : `HTTP_${answer.status}`;
  } catch {
    return `HTTP_${answer.status}`;
  }
}
