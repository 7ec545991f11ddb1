/* Writes what the documentation takes from the sources: JSON Schema, the table of annotations and the reference of the command line. */
require('@backstage/cli-node/config/nodeTransform.cjs');
const { mkdirSync, readFileSync, writeFileSync } = require('fs');
const path = require('path');
const prettier = require('prettier');
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
const page = path.join(docs, 'annotations.md');
const text = readFileSync(page, 'utf8').replace(
  /(<!-- generated -->\n)[\s\S]*(<!-- end -->)/,
  (_, start, end) => `${start}\n${table.trim()}\n\n${end}`,
);
writeFileSync(
  page,
  prettier.format(text, {
    ...prettier.resolveConfig.sync(page),
    parser: 'markdown',
  }),
);

const {
  describeCommandLine,
} = require('../packages/cli/src/__testUtils__/reference');

writeFileSync(path.join(docs, 'cli.md'), describeCommandLine());
