/** The type of a field in words, from its JSON Schema. */
function typeOf(schema) {
  if (schema.enum) {
    return schema.enum.map(value => `\`${value}\``).join(', ');
  }
  if (schema.anyOf) {
    return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  }
  const types = [schema.type ?? 'any'].flat();
  if (types.includes('array')) {
    return `list of ${typeOf(schema.items ?? {})}`;
  }
  if (types.includes('object') && schema.properties) {
    return `object of ${Object.keys(schema.properties)
      .map(name => `\`${name}\``)
      .join(', ')}`;
  }
  return types.join(' or ');
}

function tableOf({ properties, required = [] }) {
  return [
    '| field | needed | value | |',
    '| --- | --- | --- | --- |',
    ...Object.entries(properties)
      .map(([name, schema]) => [
        `\`${name}\``,
        required.includes(name) ? 'yes' : '',
        typeOf(schema),
        schema.description ?? '',
      ])
      .map(cells => `| ${cells.join(' | ').replace(/\s+/g, ' ')} |`),
  ].join('\n');
}

function sectionOf(file, schema) {
  if (file === 'envelope.json') {
    return ['## The envelope', '', tableOf(schema)].join('\n');
  }
  const { data } = schema.properties;
  const either = (data.anyOf ?? []).flatMap(({ required }) => required);
  return [
    `## ${schema.title}`,
    '',
    ...(either.length > 0
      ? [`One of \`${either.join('` and `')}\` is needed.`, '']
      : []),
    tableOf(data),
    '',
    `[JSON Schema](schema/${file})`,
  ].join('\n');
}

/** Every event with its fields as Markdown, from the schemas of the contract. */
exports.eventReference = schemas =>
  Object.entries(schemas)
    .map(([file, schema]) => sectionOf(file, schema))
    .join('\n\n');
