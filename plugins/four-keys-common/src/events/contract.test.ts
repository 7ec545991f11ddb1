import fs from 'fs';
import path from 'path';
import fc from 'fast-check';
import { eventJsonSchemas } from './jsonSchema';
import { EVENT_KINDS } from './types';
import { validateEvent } from './validate';

const fixtures = path.join(__dirname, '__fixtures__');
const schemaFolder = path.resolve(__dirname, '../../../../docs/schema');

const read = (version: string, kind: string) =>
  JSON.parse(
    fs.readFileSync(path.join(fixtures, version, `${kind}.json`), 'utf8'),
  );

/** Names and meaning are frozen: this list may never change. */
const EXPECTED: Record<string, string> = {
  commit_sha: '9f2c4d1e8b7a6f5e4d3c2b1a0918273645546372',
  pr_id: '1284',
  pipeline_run_id: 'run-7781/2',
  deployment_id: 'deploy-5501',
  service_id: 'checkout-api',
  environment: 'production-eu',
  correlation_id: '01JD8Z5W8X9Q4T2M6R7C3B1A0K',
};

describe('the event contract', () => {
  it.each(fs.readdirSync(fixtures).sort())(
    'reads every golden event of %s as on the day it was released',
    version => {
      const kinds = fs
        .readdirSync(path.join(fixtures, version))
        .map(file => file.replace(/\.json$/, ''));
      expect(kinds.sort()).toEqual([...EVENT_KINDS].sort());

      const read0 = kinds.map(kind => {
        const result = validateEvent(read(version, kind));
        if (!result.ok) {
          throw new Error(`${kind}: ${result.rejection.message}`);
        }
        const { envelope, ...event } = result.event;
        expect(envelope).toEqual(read(version, kind));
        return event;
      });
      expect(read0).toMatchSnapshot();
    },
  );

  it('keeps the core correlation fields under their names and with their meaning', () => {
    const core = read('v1', 'deploy.completed').data as Record<string, unknown>;
    const kept = EVENT_KINDS.flatMap(kind => {
      const sent = read('v1', kind).data as Record<string, unknown>;
      const result = validateEvent(read('v1', kind));
      const data = result.ok
        ? (result.event.data as Record<string, unknown>)
        : {};
      return Object.keys(EXPECTED)
        .filter(field => sent[field] === (core[field] ?? 1284))
        .map(field => ({ kind, field, value: data[field] }));
    });
    expect(kept).toEqual(
      kept.map(({ kind, field }) => ({ kind, field, value: EXPECTED[field] })),
    );
    expect(new Set(kept.map(({ field }) => field))).toEqual(
      new Set(Object.keys(EXPECTED)),
    );
  });

  it('publishes a JSON Schema that is the one in the documentation', () => {
    const published = Object.fromEntries(
      fs
        .readdirSync(schemaFolder)
        .filter(name => name !== 'annotations.json')
        .map(name => [
          name,
          JSON.parse(fs.readFileSync(path.join(schemaFolder, name), 'utf8')),
        ]),
    );
    expect(published).toEqual(eventJsonSchemas());
  });

  it('reads the correlation id from the extension attribute when the data has none', () => {
    const event = read('v1', 'build.started');
    delete event.data.correlation_id;
    const result = validateEvent({ ...event, correlationid: 'from-outside' });
    expect(result).toMatchObject({
      ok: true,
      event: { data: { correlation_id: 'from-outside' } },
    });
  });

  it('never throws and never takes what PostgreSQL cannot store, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EVENT_KINDS),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.json().map(tryParse)),
        fc.jsonValue(),
        (kind, extra, value) => {
          const event = read('v1', kind);
          const result = validateEvent({
            ...event,
            data: { ...event.data, ...extra, title: value },
          });
          const kept = JSON.stringify(result.ok && result.event.envelope);
          expect(kept).not.toMatch(/\\u0000|\\ud[89a-f]/);
          expect(result.ok || result.rejection.message).toBeTruthy();
        },
      ),
    );
  });
});

function tryParse(text: string): unknown {
  return JSON.parse(text);
}
