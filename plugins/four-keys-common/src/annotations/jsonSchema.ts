import { z } from 'zod/v4';
import { describeAnnotations, type AnnotationVocabulary } from './definitions';
import { ANNOTATION_PREFIX, ANNOTATION_SCHEMA_VERSION } from './names';

/**
 * The annotation schema as JSON Schema (2020-12) of `metadata.annotations`,
 * for editors and other tools. Annotations of other prefixes pass.
 *
 * @public
 */
export function annotationsJsonSchema(
  vocabulary?: AnnotationVocabulary,
): Record<string, unknown> {
  const definitions = describeAnnotations(vocabulary);
  const properties = definitions.map(({ name, schema, ...about }) => {
    const { $schema, ...body } = z.toJSONSchema(schema);
    return [
      name,
      { ...body, description: about.description, examples: about.examples },
    ] as const;
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://four-keys.dev/schema/${ANNOTATION_SCHEMA_VERSION}/annotations.json`,
    title: 'Annotations of Four Keys for Backstage',
    type: 'object',
    properties: Object.fromEntries(properties),
    propertyNames: {
      anyOf: [
        { not: { pattern: `^${ANNOTATION_PREFIX.replace('.', '\\.')}` } },
        { enum: definitions.map(({ name }) => name) },
      ],
    },
    additionalProperties: { type: 'string' },
  };
}

/** The annotation schema as a Markdown table, for the documentation. @public */
export function annotationsMarkdownTable(
  vocabulary?: AnnotationVocabulary,
): string {
  const cell = (text: string) => text.replace(/\|/g, '\\|');
  return [
    '| annotation | value | used for | example |',
    '| --- | --- | --- | --- |',
    ...describeAnnotations(vocabulary).map(
      ({ name, expected, description, examples }) =>
        `| \`${name}\` | ${cell(expected)} | ${cell(description)} | \`${
          examples[0]
        }\` |`,
    ),
    '',
  ].join('\n');
}
