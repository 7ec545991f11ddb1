import { readFile } from 'node:fs/promises';
import { parseInstant } from '@four-keys/backstage-plugin-four-keys-common';
import { UserError } from '../runtime';
import { resolveCommits, type PlannedDeployment } from './deployments';

const COLUMNS = [
  'time',
  'sha',
  'environment',
  'status',
  'version',
  'deployment_id',
  'kind',
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string>> & {
  readonly line: number;
};

const STATUSES = ['success', 'failure', 'cancelled'] as const;

function readJson(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new UserError(`${where} is not JSON: ${(error as Error).message}`);
  }
}

const cellsOf = (line: string) =>
  line.split(/[,\t]/).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'));

function rowOf(
  line: string,
  number: number,
  columns: readonly string[],
  file: string,
): Row {
  const entries = line.startsWith('{')
    ? Object.entries(readJson(line, `${file}:${number}`))
    : cellsOf(line).map((cell, index) => [columns[index], cell] as const);
  const known = entries
    .filter(([column]) => COLUMNS.some(one => one === column))
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([column, value]) => [column, String(value)] as const)
    .filter(([, text]) => text !== '');
  return { ...Object.fromEntries(known), line: number };
}

/** Lines of JSON objects, or of columns separated by commas or tabs, with or without a heading. */
function readRows(text: string, file: string): Row[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const first = cellsOf(lines[0]?.line ?? '');
  const hasHeading = first.includes('sha');
  return lines
    .slice(hasHeading ? 1 : 0)
    .map(({ line, number }) =>
      rowOf(line, number, hasHeading ? first : COLUMNS, file),
    );
}

function toDeployment(
  row: Row,
  sha: string | undefined,
  file: string,
  defaultEnvironment: string,
): PlannedDeployment {
  const where = `${file}:${row.line}`;
  const time = parseInstant(row.time ?? '');
  if (time === undefined) {
    throw new UserError(
      `${where}: time is ${JSON.stringify(
        row.time ?? '',
      )}; write an RFC 3339 time with a zone, such as 2026-06-10T12:34:56Z, in the first column`,
    );
  }
  if (!sha) {
    throw new UserError(
      `${where}: sha is ${JSON.stringify(
        row.sha ?? '',
      )}, which names no commit of this repository; fetch it, or remove the line`,
    );
  }
  const status = STATUSES.find(one => one === (row.status ?? 'success'));
  if (!status) {
    throw new UserError(
      `${where}: status is "${row.status}"; it must be one of ${STATUSES.join(
        ', ',
      )}`,
    );
  }
  const environment = (row.environment ?? defaultEnvironment).toLowerCase();
  const deploymentId =
    row.deployment_id ?? `list/${sha.slice(0, 12)}/${Math.floor(time / 1000)}`;
  return {
    time,
    sha,
    environment,
    deploymentId,
    eventId: ['deployment', environment, deploymentId, status],
    status,
    ...(row.version ? { version: row.version } : {}),
    ...(row.kind ? { kind: row.kind } : {}),
  };
}

/**
 * Deployments from a file of time, sha and environment a line.
 *
 * @throws UserError naming the line that cannot be used
 */
export async function deploymentsFromList(
  folder: string,
  file: string,
  environment: string,
): Promise<PlannedDeployment[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `--deployments ${file} cannot be read: ${(error as Error).message}`,
    );
  }
  const rows = readRows(text, file);
  const shas = await resolveCommits(
    folder,
    rows.map(({ sha }) => sha || 'none'),
  );
  return rows.map((row, index) =>
    toDeployment(row, shas[index], file, environment),
  );
}
