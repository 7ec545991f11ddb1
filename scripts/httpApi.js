const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const cell = words => String(words).replace(/\s+/g, ' ').replace(/\|/g, '\\|');

function parametersTable(parameters) {
  return [
    '| parameter | in | what |',
    '| --- | --- | --- |',
    ...parameters.map(
      ({ name, in: where, required, description = '', schema }) =>
        `| \`${name}\`${required ? ' (needed)' : ''} | ${where} | ${cell(
          [description, schema?.enum && `One of ${schema.enum.join(', ')}.`]
            .filter(Boolean)
            .join(' '),
        )} |`,
    ),
  ];
}

function bodyOf({ requestBody }) {
  const types = Object.keys(requestBody?.content ?? {});
  return types.length > 0
    ? [`Body: ${types.map(type => `\`${type}\``).join(', ')}.`, '']
    : [];
}

/** The routes of an OpenAPI description, as Markdown. */
exports.httpApiSections = spec =>
  Object.entries(spec.paths)
    .flatMap(([route, item]) =>
      METHODS.filter(method => item[method]).flatMap(method => {
        const operation = item[method];
        const parameters = [
          ...(item.parameters ?? []),
          ...(operation.parameters ?? []),
        ];
        return [
          `## ${method.toUpperCase()} ${route.replace(/[{}]/g, '')}`,
          '',
          `\`${method.toUpperCase()} /api/four-keys${route}\`: ${
            operation.description
          }.`,
          '',
          ...bodyOf(operation),
          ...(parameters.length > 0
            ? [...parametersTable(parameters), '']
            : []),
          '| answer | what |',
          '| --- | --- |',
          ...Object.entries(operation.responses).map(
            ([status, { description }]) =>
              `| ${status} | ${cell(description)} |`,
          ),
          '',
        ];
      }),
    )
    .join('\n');
