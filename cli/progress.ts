/**
 * A progress bar on stderr, when a person is watching.
 *
 * @module
 */

/** How far a long command has come. */
export interface Progress {
  at(value: number): void;
  stop(): void;
}

const SILENT: Progress = { at: () => undefined, stop: () => undefined };

/** Starts a bar; without a known total it counts. */
export async function startProgress(what: string, total: number | null): Promise<Progress> {
  if (process.stderr.isTTY !== true) {
    return SILENT;
  }
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: total === null ? `${what} {value}` : `${what} [{bar}] {percentage} %  {eta_formatted}`,
  });
  bar.start(total ?? 0, 0);
  return { at: (value) => bar.update(value), stop: () => bar.stop() };
}
