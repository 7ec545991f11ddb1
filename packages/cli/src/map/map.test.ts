import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useFolders } from '../__testUtils__/folder';
import { testRuntime } from '../__testUtils__/runtime';
import { runMap, type MapFlags } from './run';

const newFolder = useFolders();

const CONFIG = `
fourKeys:
  sources:
    - { type: github, instance: github.com }
    - type: generic
      instance: acme
      defaults: { environment: production }
      map:
        - type: deploy.completed
          id: $string(run)
          time: at
          data: '{"service_id": app, "deployment_id": $string(run), "status": "success"}'
    - { type: generic, instance: alerts, preset: grafana }
`;

const BODY = { app: 'payments-api', run: 7, at: '2026-06-10T12:00:00Z' };

async function run(
  flags: Partial<MapFlags>,
  files: Record<string, string> = {},
) {
  const cwd = await newFolder();
  const all: Record<string, string> = {
    'app-config.yaml': CONFIG,
    'body.json': JSON.stringify(BODY),
    ...files,
  };
  await Promise.all(
    Object.entries(all).map(([name, text]) => writeFile(join(cwd, name), text)),
  );
  const runtime = testRuntime({ cwd, stdin: JSON.stringify(BODY) });
  const result = runMap(
    { test: 'body.json', config: 'app-config.yaml', ...flags },
    runtime,
  );
  await result;
  return runtime.output;
}

describe('four-keys map', () => {
  it('shows what the source of a configuration makes of a body', async () => {
    for (const test of ['body.json', '-']) {
      const { out } = await run({ instance: 'acme', test });
      expect(JSON.parse(out)).toEqual({
        kind: 'deploy.completed',
        id: '7',
        time: '2026-06-10T12:00:00.000Z',
        data: {
          service_id: 'payments-api',
          environment: 'production',
          deployment_id: '7',
          status: 'success',
        },
      });
    }
  });

  it('tells events that the collector would reject, and why none came out', async () => {
    const rules = (data: string) =>
      run(
        { rules: 'rules.yaml' },
        {
          'rules.yaml': JSON.stringify([
            { type: 'incident.opened', id: 'app', time: 'at', data },
          ]),
        },
      );
    await expect(rules('{"service_id": app}')).rejects.toThrow(/no event/);
    await expect(rules('app')).rejects.toThrow(/answered with 202/);
    const { out } = await rules('{"service_id": app, "incident_id": "1"}');
    expect(JSON.parse(out)).toMatchObject({ kind: 'incident.opened' });
  });

  it.each([
    [{}, 'has 2 generic sources; choose with --instance one of acme, alerts'],
    [{ instance: 'other' }, 'has 0 generic sources with the instance other'],
    [{ instance: 'acme', test: 'none.json' }, '--test is "none.json"'],
    [{ preset: 'nagios' }, '--preset is "nagios", it must be one of datadog'],
    [{ preset: 'grafana', rules: 'a' }, 'exclude each other'],
    [{ config: 'none.yaml' }, '--config is "none.yaml"'],
    [{ instance: 'acme', test: 'app-config.yaml' }, 'holds no JSON'],
    [{ rules: 'body.json' }, 'map must be a list of rules'],
  ])('refuses %j', async (flags, message) => {
    await expect(run(flags)).rejects.toThrow(message);
  });
});
