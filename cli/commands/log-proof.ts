/**
 * `meterseal log proof INDEX`: one entry with its proof in a file that stands alone.
 *
 * The file is a C2SP tlog-proof, and is checked here before anybody else gets it.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { checkProof } from "../log/check-proof.ts";
import { logKey } from "../log/signed-log.ts";
import { preparePrivateFile } from "../private-file.ts";

/** Adds the verb `proof` to the noun `log`. */
export function addLogProof(noun: Command): void {
  noun
    .command("proof")
    .description("write an entry with its proof as a file of its own (C2SP tlog-proof)")
    .argument("<index>", "the entry's index, from 0")
    .option("--out <file>", "a new file, else stdout")
    .option("--key <vkey>", "the log's key as init printed it, kept elsewhere")
    .action(
      run(async (context, text = "") => {
        const { output } = context;
        const index = Number(text);
        if (!/^(0|[1-9]\d{0,14})$/.test(text)) {
          throw new Misuse("index: expected a number from 0");
        }
        const out = context.option("out");
        const file = out === undefined ? null : await preparePrivateFile(out, "--out", false);
        try {
          const client = await context.client();
          const pinned = context.option("key");
          const trust = pinned === undefined ? "service" : "pinned key";
          const { key } = await logKey(client, pinned);
          const path = pathOf(["v1", "activity", text, "proof"], { form: "tlog-proof" });
          const proof = (await client.read(path)).toString("utf8");
          const { size } = checkProof(proof, index, key);
          await file?.commit(proof);
          if (out !== undefined) {
            await output.result({ index, size, trust, out }, () => [
              `Entry ${index}, proven in a log of ${size}, is in ${out}. Trusted: ${trust}.`,
            ]);
          } else if (output.json) {
            await output.result({ index, size, trust, proof }, () => []);
          } else {
            await output.write(proof);
          }
        } finally {
          await file?.discard();
        }
        return 0;
      }),
    );
}
