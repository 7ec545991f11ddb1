import fs from 'fs';
import path from 'path';
import { compute } from './compute';

const page = fs.readFileSync(
  path.resolve(__dirname, '../../../docs/metrics.md'),
  'utf8',
);

const at = (text: string) =>
  new Date(
    `${text.replace(' ', 'T')}${text.length > 10 ? ':00Z' : 'T00:00Z'}`,
  ).toISOString();

const fieldsOf = (words: readonly string[]) =>
  words.map(word => {
    const equals = word.indexOf('=');
    return [word.slice(0, equals), word.slice(equals + 1)] as const;
  });

function eventOf(line: string, index: number) {
  const [date, time, type, ...words] = line.split(/ +/);
  const data: Record<string, unknown> = {
    service_id: 'shop',
    ...(type.startsWith('deploy.') ? { environment: 'production' } : {}),
  };
  for (const [name, value] of fieldsOf(words)) {
    data[name] =
      name === 'commits'
        ? value.split(',').map(commit => {
            const [sha, committed] = commit.split('@');
            return committed
              ? { sha, committed_at: at(committed.replace('Z', '')) }
              : sha;
          })
        : value;
  }
  return {
    specversion: '1.0',
    id: `line-${index}`,
    source: 'docs',
    type: `dev.fourkeys.${type}`,
    time: at(`${date} ${time}`),
    data,
  };
}

/** The value at a dotted path of an object, as text. */
const valueAt = (object: unknown, dotted: string) =>
  String(
    dotted
      .split('.')
      .reduce<unknown>(
        (value, key) => (value as Record<string, unknown>)[key],
        object,
      ),
  );

const examples = [
  ...page.matchAll(/^#+ (.*)$|```text\n([\s\S]*?)```/gm),
].reduce<Array<{ name: string; text: string }>>((found, [, heading, text]) => {
  const name = heading ?? found[found.length - 1]?.name ?? '';
  return [...found, { name, text: text ?? '' }];
}, []);

describe('docs/metrics.md', () => {
  it.each(examples.filter(example => example.text !== ''))(
    'computes what it says about: $name',
    ({ text }) => {
      const [told, asked] = text.trim().split('\n\n');
      const [question, ...expectations] = asked.split('\n');
      const { from, to } = Object.fromEntries(
        fieldsOf(question.split(' ').slice(1)),
      );
      const [answer] = compute({
        now: at(to),
        config: {
          environments: null,
          failureWindowSeconds: 86400,
          incidentSource: null,
          bandYear: 2024,
        },
        catalog: [],
        events: told.split('\n').map(eventOf),
        queries: [{ service: 'shop', from: at(from), to: at(to) }],
      });

      const stated = expectations.flatMap(line => {
        const [subject, ...words] = line.split(' ');
        return words.length === 0
          ? fieldsOf([subject]).map(([name, value]) => [
              `window.${name}`,
              value,
            ])
          : fieldsOf(words).map(([name, value]) => [
              `metrics.${subject}.${name}`,
              value,
            ]);
      });
      expect(stated.length).toBeGreaterThan(0);
      expect(stated.map(([name]) => [name, valueAt(answer, name)])).toEqual(
        stated,
      );
    },
  );
});
