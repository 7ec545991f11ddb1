/* Writes what the documentation takes from the sources: JSON Schema, the annotations, the configuration, the HTTP API and the command line. */
require('@backstage/cli-node/config/nodeTransform.cjs');
const { mkdirSync, readFileSync, writeFileSync } = require('fs');
const path = require('path');
const prettier = require('prettier');
const { spec } = require('../plugins/four-keys-backend/src/http/spec');
const { configurationTable } = require('./configuration');
const { eventReference } = require('./eventReference');
const { httpApiSections } = require('./httpApi');
const common = require('@four-keys/backstage-plugin-four-keys-common');

const docs = path.resolve(__dirname, '../docs');
const files = {
  ...common.eventJsonSchemas(),
  'annotations.json': common.annotationsJsonSchema(),
};
mkdirSync(path.join(docs, 'schema'), { recursive: true });
for (const [name, schema] of Object.entries(files)) {
  writeFileSync(
    path.join(docs, 'schema', name),
    `${JSON.stringify(schema, null, 2)}\n`,
  );
}

/** Every violation links to the row of its annotation. */
const table = common
  .annotationsMarkdownTable()
  .replace(
    /^\| `four-keys\.dev\/([a-z-]+)`/gm,
    '| <a id="$1"></a>`four-keys.dev/$1`',
  );
/** Puts text between the marks of a page. */
function writeBetween(page, name, generated) {
  const file = path.join(docs, page);
  const marks = new RegExp(
    `(<!-- generated${name && ` ${name}`} -->\\n)[\\s\\S]*?(<!-- end -->)`,
  );
  const before = readFileSync(file, 'utf8');
  if (!marks.test(before)) {
    throw new Error(`${page} has no place for what is generated: ${marks}`);
  }
  const text = before.replace(
    marks,
    (_, start, end) => `${start}\n${generated.trim()}\n\n${end}`,
  );
  writeFileSync(
    file,
    prettier.format(text, {
      ...prettier.resolveConfig.sync(file),
      parser: 'markdown',
    }),
  );
}

writeBetween('annotations.md', '', table);
writeBetween('http-api.md', '', httpApiSections(spec));
writeBetween(
  'event-reference.md',
  '',
  eventReference(common.eventJsonSchemas()),
);
for (const name of [
  'four-keys-backend',
  'four-keys-node',
  'catalog-backend-module-four-keys',
  'events-backend-module-four-keys',
  'scaffolder-backend-module-four-keys',
]) {
  writeBetween(
    'configuration.md',
    name,
    configurationTable(path.resolve(__dirname, '../plugins', name)),
  );
}

const {
  describeCommandLine,
} = require('../packages/cli/src/__testUtils__/reference');

writeFileSync(path.join(docs, 'cli.md'), describeCommandLine());
