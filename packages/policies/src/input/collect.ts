import { InputError } from '@backstage/errors';
import {
  createAnnotationValidator,
  DEFAULT_ANNOTATION_RULES,
  type AnnotatedEntity,
  type AnnotationRules,
  type AnnotationViolation,
} from '@four-keys/backstage-plugin-four-keys-common';
import { Minimatch } from 'minimatch';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { findFiles } from './findFiles';
import { isSource, readSource, type PolicyFile, type Source } from './source';

/** What policies are asked about; their `input`. @public */
export interface PolicyInput {
  readonly files: readonly PolicyFile[];
  readonly catalog: {
    /** How many entities the catalog file holds. */
    readonly entities: number;
    readonly violations: ReadonlyArray<
      AnnotationViolation & {
        readonly file: string;
        readonly document: number;
      }
    >;
  };
  /** The compliance level that is asked for. */
  readonly level: string;
  /** Every level, from the least to the most demanding. */
  readonly levels: readonly string[];
  /** Where it will run. */
  readonly environment: string;
  /** What the template was given. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A repository, read for policies. */
export interface Repository {
  readonly sources: readonly Source[];
  /** Files that no policy sees, and why. */
  readonly leftAlone: ReadonlyArray<{
    readonly file: string;
    readonly reason: string;
  }>;
  readonly entities: readonly FoundEntity[];
}

interface FoundEntity {
  readonly file: string;
  readonly document: number;
  readonly entity: AnnotatedEntity;
}

/** Longer files are data, not pipelines or manifests. */
const MAX_BYTES = 1024 * 1024;

const CATALOG_FILE = 'catalog-info.yaml';

/**
 * Reads everything in a repository that policies look at: YAML, Dockerfiles
 * and Jenkinsfiles. Follows no links.
 *
 * @throws InputError naming file and line where one cannot be parsed.
 */
export async function readRepository(options: {
  root: string;
  /** Relative to the root; default `catalog-info.yaml`. */
  catalogFile?: string;
  /** Globs of files that are not looked at, relative to the root. */
  exclude?: readonly string[];
  signal?: AbortSignal;
}): Promise<Repository> {
  const { root, signal } = options;
  const excluded = (options.exclude ?? []).map(
    glob => new Minimatch(glob, { dot: true }),
  );
  const sources: Source[] = [];
  const leftAlone: Array<{ file: string; reason: string }> = [];
  for (const { file, isLink } of await findFiles(root)) {
    if (!isSource(file) || excluded.some(glob => glob.match(file))) {
      continue;
    }
    signal?.throwIfAborted();
    if (isLink) {
      leftAlone.push({ file, reason: 'it is a link' });
      continue;
    }
    const found = path.join(root, file);
    if ((await stat(found)).size > MAX_BYTES) {
      leftAlone.push({ file, reason: 'it is larger than 1 MiB' });
      continue;
    }
    const source = readSource(file, await readFile(found, 'utf8'));
    if (source) {
      sources.push(source);
    } else {
      leftAlone.push({ file, reason: 'it is a template, not YAML' });
    }
  }
  const catalogFile = path.posix.normalize(options.catalogFile ?? CATALOG_FILE);
  const catalog = sources.find(({ file }) => file.path === catalogFile);
  if (options.catalogFile && !catalog) {
    throw new InputError(
      `${options.catalogFile} is not there; name the catalog file relative to the repository`,
    );
  }
  return { sources, leftAlone, entities: catalog ? entitiesOf(catalog) : [] };
}

function isEntity(value: unknown): value is AnnotatedEntity {
  const { kind, metadata } = (value ?? {}) as Partial<AnnotatedEntity>;
  return typeof kind === 'string' && typeof metadata?.name === 'string';
}

function entitiesOf({ file }: Source): FoundEntity[] {
  return (file.documents ?? []).flatMap((document, index) =>
    isEntity(document)
      ? [{ file: file.path, document: index, entity: document }]
      : [],
  );
}

/** An annotation of the first entity that has it. */
export function annotationOf(
  repository: Repository,
  name: string,
): string | undefined {
  return repository.entities
    .map(({ entity }) => entity.metadata.annotations?.[name])
    .find((value): value is string => typeof value === 'string');
}

/** The input that the policies get. */
export function policyInput(
  repository: Repository,
  question: {
    level: string;
    environment: string;
    parameters?: Readonly<Record<string, unknown>>;
    rules?: AnnotationRules;
  },
): PolicyInput {
  const rules = question.rules ?? DEFAULT_ANNOTATION_RULES;
  const violationsOf = createAnnotationValidator(rules);
  return {
    files: repository.sources.map(({ file }) => file),
    catalog: {
      entities: repository.entities.length,
      violations: repository.entities.flatMap(({ file, document, entity }) =>
        violationsOf(entity).map(violation => ({
          ...violation,
          file,
          document,
        })),
      ),
    },
    level: question.level,
    levels: rules.complianceLevels,
    environment: question.environment,
    parameters: question.parameters ?? {},
  };
}
