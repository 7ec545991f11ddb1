import { match, strictEqual } from 'node:assert';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { runTemplate } from '../../example/runTemplate';
import { openBrowser, see } from '../browser';
import { blockUnder } from '../page';
import { TOKEN } from '../portal';
import { run } from '../run';
import {
  checkFirstEvents,
  clientOf,
  deployToProduction,
  onPostgres,
} from './checks';
import type { Scenario } from './types';

/** The stock app's own template with our first step in it, and no account needed. */
const TEMPLATE = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: {
    name: 'stamped',
    annotations: { 'four-keys.dev/template': 'stamped@1.0.0' },
  },
  spec: {
    owner: 'user:guest',
    type: 'service',
    parameters: [
      {
        required: ['name'],
        properties: { name: { type: 'string' } },
      },
    ],
    steps: [
      {
        id: 'fetch',
        action: 'fetch:template',
        input: {
          url: './content',
          values: { name: '${{ parameters.name }}' },
        },
      },
      { id: 'stamp', action: 'four-keys:stamp' },
      {
        id: 'show',
        action: 'debug:log',
        input: { listWorkspace: 'with-contents' },
      },
    ],
  },
};

async function addTemplate(app: string): Promise<string> {
  const folder = path.join(app, 'examples', 'stamped');
  await mkdir(folder, { recursive: true });
  await cp(
    path.join(app, 'examples', 'template', 'content'),
    path.join(folder, 'content'),
    { recursive: true },
  );
  const file = path.join(folder, 'template.yaml');
  await writeFile(file, stringify(TEMPLATE));
  return file;
}

/** The component that the stock app's catalog has. */
const COMPONENT = 'example-website';

export const asThePageSays: Scenario = {
  name: 'as-the-page-says',
  title: 'As the page says: events, a template, the doctor, a browser',
  async run({ app, postgres, page, signal, start }) {
    const template = await addTemplate(app);
    const backend = await start({
      name: 'as-the-page-says',
      config: {
        backend: { database: onPostgres(postgres, 'page') },
        catalog: {
          locations: [
            { type: 'file', target: '../../examples/entities.yaml' },
            {
              type: 'file',
              target: '../../examples/org.yaml',
              rules: [{ allow: ['User', 'Group'] }],
            },
            {
              type: 'file',
              target: template,
              rules: [{ allow: ['Template'] }],
            },
          ],
        },
      },
    });
    const client = clientOf(backend);
    await checkFirstEvents(client);

    const { status, events } = await runTemplate(
      client,
      'template:default/stamped',
      { name: 'made-by-a-stranger' },
    );
    const log = events.map(({ body }) => body.message).join('\n');
    strictEqual(status, 'completed', log);
    match(log, /four-keys\.dev\/template: stamped@1\.0\.0/);
    match(log, /four-keys\.dev\/correlation-id: \S+/);

    const doctor = blockUnder(page, '5. See that it works', 'sh');
    const report = await run(
      'sh',
      ['-c', doctor.code.replace('http://localhost:7007', backend.url)],
      { cwd: app, signal, env: { FOUR_KEYS_TOKEN: TOKEN } },
    );
    match(report, /ok/);

    await deployToProduction(client, COMPONENT);

    const browser = await openBrowser();
    try {
      const tab = await browser.signIn(backend.url);
      await tab.goto(`${backend.url}/four-keys`);
      await see(tab, COMPONENT);
      await tab.goto(
        `${backend.url}/catalog/default/component/${COMPONENT}/four-keys`,
      );
      await see(tab, 'Deployment frequency');
      await see(tab, /\b1 deployment\b|\bn = 1\b/i);
    } finally {
      await browser.close();
    }
  },
};
