/**
 * `meterseal witness init | add | serve | list | accept`: a witness of somebody's log, for the
 * auditor's own machine.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { WitnessStore } from "../../src/witness/store.ts";
import { type Context, run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { aligned, createTable } from "../table.ts";
import { printable, shortTime } from "../text.ts";

/** Adds the noun `witness`. */
export function addWitnessCommands(program: Command): void {
  const noun = program
    .command("witness")
    .description("a witness of logs (C2SP tlog-witness), on a machine of the auditor's own");
  addInit(noun);
  addAdd(noun);
  addServe(noun);
  addList(noun);
  addAccept(noun);
}

function addInit(noun: Command): void {
  noun
    .command("init")
    .description("make a key and an empty record")
    .requiredOption("--dir <dir>", "directory of the witness")
    .requiredOption("--name <name>", "name of its key, such as audit.example/w1")
    .action(
      run(async ({ option, output }) => {
        const { initialiseWitness } = await import("../../src/witness/directory.ts");
        const directory = option("dir") ?? "";
        const vkey = await initialiseWitness(directory, option("name") ?? "");
        await output.result({ directory, vkey }, () => [
          ...aligned([
            ["directory", printable(directory)],
            ["witness key", vkey],
          ]),
          "",
          "Give the witness key to who runs the log, for a line of their policy:",
          `witness NAME ${vkey} https://ADDRESS`,
        ]);
        return 0;
      }),
    );
}

function addAdd(noun: Command): void {
  noun
    .command("add")
    .description("cosign a log from now on")
    .requiredOption("--dir <dir>", "directory of the witness")
    .argument("<log-vkey>", "the log's key, as its init printed it")
    .action(
      run(async (context, vkey = "") => {
        const { addLog } = await import("../../src/witness/directory.ts");
        const origin = await withStore(context, (store) => addLog(store, vkey));
        await context.output.result({ origin }, () => [
          `Cosigns ${printable(origin)} from now on.`,
        ]);
        return 0;
      }),
    );
}

function addServe(noun: Command): void {
  noun
    .command("serve")
    .description("run the witness until it is told to stop")
    .requiredOption("--dir <dir>", "directory of the witness")
    .option("--host <host>", "address to bind", "127.0.0.1")
    .option("--port <port>", "port to bind, 0 for any", parsePort, "7400")
    .option("--tls-cert <file>", "certificate chain, PEM")
    .option("--tls-key <file>", "its private key, PEM")
    .option("--behind-proxy", "a proxy before it has the certificate")
    .action(
      run(async ({ flag, option }) => {
        const { serveWitness } = await import("../../src/programs/witness.ts");
        return await serveWitness({
          directory: option("dir") ?? "",
          host: option("host") ?? "",
          port: Number(option("port")),
          certFile: option("tlsCert"),
          keyFile: option("tlsKey"),
          isBehindProxy: flag("behindProxy"),
        });
      }),
    );
}

function addList(noun: Command): void {
  noun
    .command("list")
    .description("list the logs it knows, and how far it has seen them")
    .requiredOption("--dir <dir>", "directory of the witness")
    .option("--evidence", "the checkpoints that were kept as evidence, in full")
    .action(
      run(async (context) => {
        if (context.flag("evidence")) {
          return await listEvidence(context);
        }
        const logs = await withStore(context, (store) => store.logs());
        const { json } = context.output;
        const table = createTable<(typeof logs)[number]>([
          { title: "LOG", clips: true, value: ({ origin }) => origin },
          { title: "SIZE", value: ({ size }) => String(size) },
          { title: "SEEN", value: ({ seenAt }) => shortTime(seenAt) },
          { title: "EVIDENCE", value: ({ evidence }) => String(evidence) },
        ]);
        const lines = json ? logs.map((log) => JSON.stringify(log)) : table(logs);
        await context.output.write(lines.map((line) => `${line}\n`).join(""));
        return 0;
      }),
    );
}

async function listEvidence(context: Context): Promise<number> {
  const kept = await withStore(context, (store) => store.evidence());
  const texts = kept.map((one) =>
    context.output.json
      ? JSON.stringify(one)
      : `${shortTime(one.at)} ${KINDS[one.kind]}\n\n${printableNote(one.note)}`,
  );
  await context.output.write(texts.map((text) => `${text}\n`).join(""));
  return 0;
}

const KINDS = {
  root: "another tree of the size that was seen before:",
  proof: "no proof that what was seen before is in it:",
  accepted: "the record before it was moved by hand:",
} as const;

function printableNote(note: string): string {
  return note.split("\n").map(printable).join("\n");
}

function addAccept(noun: Command): void {
  noun
    .command("accept")
    .description("after a declared restore: go on from this checkpoint, keep the old one")
    .requiredOption("--dir <dir>", "directory of the witness")
    .argument("<log>", "the log's name")
    .requiredOption("--checkpoint <file>", "a checkpoint of the log as it is now")
    .action(
      run(async (context, origin = "") => {
        const { acceptCheckpoint } = await import("../../src/witness/directory.ts");
        const note = await readNote(context.option("checkpoint") ?? "");
        const { from, to } = await withStore(context, (store) =>
          acceptCheckpoint(store, origin, note, new Date()),
        );
        await context.output.result({ origin, from, to }, () => [
          `${printable(origin)}: the record was at size ${from}, and is at size ${to} now.`,
          "The old checkpoint is kept as evidence. Entries that only it covered have no witness.",
        ]);
        return 0;
      }),
    );
}

async function withStore<T>(
  { option }: Context,
  work: (store: WitnessStore) => Promise<T>,
): Promise<T> {
  const { openStore } = await import("../../src/witness/directory.ts");
  const store = await openStore(option("dir") ?? "");
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function readNote(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new Misuse("--checkpoint: the file cannot be read");
  }
}

function parsePort(value: string): string {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new InvalidArgumentError("expected a port");
  }
  return value;
}
