const TICK_MS = 1_000;

/** Tells a person at the terminal what is going on, and for how long. */
export interface Progress {
  /**
   * Runs a step. On a terminal its line shows the seconds that pass and the
   * latest detail; elsewhere it is written when the step begins and ends.
   */
  step<T>(
    title: string,
    work: (detail: (text: string) => void) => Promise<T>,
  ): Promise<T>;
  note(text: string): void;
}

/** Writes progress to a stream. */
export function createProgress(
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>,
  clock: () => number = Date.now,
): Progress {
  const seconds = (since: number) =>
    `${Math.round((clock() - since) / 1000)} s`;
  const rewrite = (text: string) =>
    out.write(`\r\u001b[2K${text.slice(0, (out.columns ?? 80) - 1)}`);

  const step: Progress['step'] = async (title, work) => {
    const since = clock();
    let latest = '';
    const show = () =>
      rewrite(`... ${title} (${seconds(since)})${latest && ` ${latest}`}`);
    if (out.isTTY) {
      show();
    } else {
      out.write(`... ${title}\n`);
    }
    const timer = out.isTTY ? setInterval(show, TICK_MS) : undefined;
    const end = (mark: string) => {
      clearInterval(timer);
      const line = `${mark} ${title} (${seconds(since)})`;
      out.write(out.isTTY ? `\r\u001b[2K${line}\n` : `${line}\n`);
    };
    try {
      const result = await work(text => {
        latest = text;
      });
      end('ok ');
      return result;
    } catch (error) {
      end('no ');
      throw error;
    }
  };
  return { step, note: text => out.write(`    ${text}\n`) };
}
