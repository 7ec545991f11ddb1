/* Writes the JSON Schema of the contract into docs/schema, made from the zod description. */
require('@backstage/cli-node/config/nodeTransform.cjs');
const { mkdirSync, writeFileSync } = require('fs');
const path = require('path');
const { eventJsonSchemas } = require('../src');

const target = path.resolve(__dirname, '../../../docs/schema');
mkdirSync(target, { recursive: true });
for (const [name, schema] of Object.entries(eventJsonSchemas())) {
  writeFileSync(
    path.join(target, name),
    `${JSON.stringify(schema, null, 2)}\n`,
  );
}
