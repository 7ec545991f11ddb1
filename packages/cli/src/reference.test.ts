import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeCommandLine } from './__testUtils__/reference';

it('is described in the documentation as it is; "npm run schema" brings it up to date', () => {
  const page = resolve(__dirname, '../../../docs/cli.md');
  expect(readFileSync(page, 'utf8')).toBe(describeCommandLine());
});
