/**
 * `meterseal witness serve`: the witness as a program, on the auditor's own machine.
 *
 * @module
 */
import { createLogger } from "../base/logger.ts";
import { isLoopback, listen } from "../http/listen.ts";
import { loadCosigner } from "../witness/cosigner.ts";
import { openStore } from "../witness/directory.ts";
import { witnessListener } from "../witness/listener.ts";
import { WitnessError } from "../witness/witness-error.ts";
import type { RunningProgram } from "./exchange.ts";
import { runProgram } from "./run-program.ts";

export interface WitnessSettings {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** A proxy before it has the certificate. */
  readonly isBehindProxy: boolean;
  readonly logLevel?: string;
}

/** Runs until it is told to stop; answers the exit status. */
export async function serveWitness(settings: WitnessSettings): Promise<number> {
  return await runProgram(() => startWitness(settings));
}

/** @throws {@link WitnessError} `WITNESS_INSECURE`, and what the directory says */
export async function startWitness(settings: WitnessSettings): Promise<RunningProgram> {
  const { directory, host, port, certFile, keyFile, isBehindProxy } = settings;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new WitnessError("WITNESS_INSECURE", "TLS: expected certificate and key, or neither");
  }
  if (!isLoopback(host) && certFile === undefined && !isBehindProxy) {
    // An answer that somebody changes on the way can stop the log's service.
    throw new WitnessError(
      "WITNESS_INSECURE",
      `${host}: expected TLS beyond this machine, or a proxy that has it (--behind-proxy)`,
    );
  }
  const cosigner = loadCosigner(directory);
  const store = await openStore(directory);
  const logger = createLogger("witness", settings.logLevel ?? "info");
  const listener = witnessListener(store, cosigner, (kind, code) =>
    kind === "failed" ? logger.error({ code }, kind) : logger.warn({ code }, kind),
  );
  const binding = { host, port, certFile, keyFile };
  const listening = await listen(listener, binding).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  logger.info({ url: listening.url }, "witness is ready");
  return {
    urls: { witness: listening.url },
    async stop() {
      await listening.close();
      await store.close();
      logger.info("witness has stopped");
    },
  };
}
