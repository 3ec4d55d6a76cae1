/**
 * The file with a claim: what a collection needs that was broken off and is gone on with.
 *
 * Named by `--resume` it is there before anything is claimed. Else the claim is kept in memory and
 * written beside the keys when the collection fails. It notes which files were written with it,
 * before they are: those alone may be replaced later.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { lstat, readFile, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Misuse } from "../errors.ts";
import {
  exists,
  type PendingFile,
  preparePrivateFile,
  replacePrivateFile,
} from "../private-file.ts";

/** A file of keys, as the claim remembers it. */
interface Written {
  readonly name: string;
  /** SHA-256, hex. */
  readonly sha256: string;
}

/** A claim, and where it is kept when it is still needed. */
export interface ClaimFile {
  readonly path: string;
  /** Says whether the file was named by `--resume`. */
  readonly isNamed: boolean;
  /** The claim of the run that was broken off; undefined when there was none. */
  readonly resume: unknown;
  /** Keeps the claim; called before anything is claimed. */
  hold(claim: unknown): Promise<void>;
  /** Makes the place for the keys; only what was written with this claim is replaced. */
  prepareOut(out: string): Promise<PendingFile>;
  /** Writes it to the file; answers whether there is one by now. */
  keep(): Promise<boolean>;
  /** Takes the file away: receipt is confirmed. */
  finish(): Promise<void>;
  /** Gives up the place of a claim that was not kept. */
  discard(): Promise<void>;
}

/** The claim in a file of its own. @throws {@link Misuse} when what is there is no claim */
export async function openResumeFile(path: string): Promise<ClaimFile> {
  const resume = await readResume(path);
  const save = (claim: unknown) => replacePrivateFile(path, textOf(claim), "--resume");
  return {
    path,
    isNamed: true,
    resume,
    ...remembering(resume, save),
    keep: async () => true,
    finish: () => rm(path, { force: true }),
    discard: async () => undefined,
  };
}

/** Makes the place for a claim beside the keys, so that a full disk is found out in time. */
export async function prepareClaimFile(out: string): Promise<ClaimFile> {
  const path = `${out}.resume`;
  const pending = await preparePrivateFile(path, path, false);
  let text: string | null = null;
  let isKept = false;
  return {
    path,
    isNamed: false,
    resume: undefined,
    ...remembering(undefined, async (claim) => {
      text = textOf(claim);
      if (isKept) {
        await replacePrivateFile(path, text, path);
      }
    }),
    async keep() {
      if (text !== null && !isKept) {
        await pending.commit(text);
        isKept = true;
      }
      return isKept;
    },
    finish: async () => undefined,
    discard: () => pending.discard(),
  };
}

/** Notes every file in the claim. A claim that notes none is of a run that wrote none. */
function remembering(
  resume: unknown,
  save: (claim: unknown) => Promise<void>,
): Pick<ClaimFile, "hold" | "prepareOut"> {
  let claim = resume;
  const written: Written[] = [...writtenWith(resume)];
  return {
    async hold(made) {
      claim = made;
      await save(claim);
    },
    async prepareOut(out) {
      const pending = await preparePrivateFile(out, "--out", await isAmong(written, out));
      return {
        async commit(content) {
          // Older ones stay: this one is not there before it has its name.
          written.push({ name: basename(out), sha256: digestOf(content) });
          await save({ ...Object(claim), written });
          await pending.commit(content);
        },
        discard: () => pending.discard(),
      };
    },
  };
}

function writtenWith(resume: unknown): readonly Written[] {
  const { written } = Object(resume) as { readonly written?: unknown };
  return Array.isArray(written) ? written.map((file) => Object(file)) : [];
}

async function isAmong(written: readonly Written[], path: string): Promise<boolean> {
  const known = written.filter(({ name }) => name === basename(path));
  const isFile = known.length > 0 && (await lstat(path).catch(() => null))?.isFile() === true;
  const digest = isFile ? digestOf(await readFile(path)) : null;
  return known.some(({ sha256 }) => sha256 === digest);
}

function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function textOf(claim: unknown): string {
  return `${JSON.stringify(claim)}\n`;
}

async function readResume(path: string): Promise<unknown> {
  if (!(await exists(path))) {
    return undefined;
  }
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    throw new Misuse("--resume: expected a file that link collect has written");
  }
}
