import {
  ANNOTATION_ENVIRONMENTS,
  ANNOTATION_SERVICE_ID,
  describeViolation,
  formatInstant,
  type AnnotationViolation,
  type ReadinessProblem,
} from '@four-keys/backstage-plugin-four-keys-common';

/** A problem of an annotation, as the catalog and the command line report it. */
export function fromViolation(
  violation: AnnotationViolation,
): ReadinessProblem {
  const { code, mode, annotation, value, expected, remedy, docs } = violation;
  return {
    code,
    level: mode === 'enforce' ? 'error' : 'warning',
    annotation,
    environment: null,
    value: value ?? null,
    expected,
    remedy,
    docs,
    message: describeViolation(violation),
  };
}

function warning(
  what: string,
  problem: Omit<ReadinessProblem, 'level' | 'message'>,
): ReadinessProblem {
  const { expected, remedy, docs } = problem;
  return {
    ...problem,
    level: 'warning',
    message: `${what}, expected ${expected}. ${remedy} See ${docs}`,
  };
}

/** The catalog keeps an older version, because the newest has errors. */
export function refused(
  entityRef: string,
  message: string,
  docsUrl: string,
): ReadinessProblem {
  const expected = 'that the catalog takes its newest version';
  const remedy =
    'Mend its file as the message of the catalog says; until then its last good version is shown.';
  return {
    code: 'refused_by_catalog',
    level: 'error',
    annotation: null,
    environment: null,
    value: message,
    expected,
    remedy,
    docs: docsUrl,
    message: `${entityRef} is refused by the catalog: ${message}`,
  };
}

const report = (service: string, environment: string) =>
  `four-keys emit deploy --service ${service} --environment ${environment}`;

/** Deployments are expected where there are none, or none any more. */
export function silentEnvironment(options: {
  readonly entityRef: string;
  readonly service: string;
  readonly environment: string;
  /** Null: never. */
  readonly lastAt: number | null;
  readonly silentAfterMs: number;
  readonly docsUrl: string;
}): ReadinessProblem {
  const { entityRef, service, environment, lastAt, docsUrl } = options;
  const days = Math.round(options.silentAfterMs / 86_400_000);
  const last = lastAt === null ? null : formatInstant(lastAt);
  return warning(
    last === null
      ? `${entityRef} was never deployed to ${environment}`
      : `${entityRef} was last deployed to ${environment} at ${last}`,
    {
      code: 'silent_environment',
      annotation: ANNOTATION_ENVIRONMENTS,
      environment,
      value: last,
      expected: `a deployment to ${environment} within ${days} days`,
      remedy: `Let its pipeline run ${report(
        service,
        environment,
      )}, or take ${environment} out of ${ANNOTATION_ENVIRONMENTS}.`,
      docs: `${docsUrl}#environments`,
    },
  );
}

/** Something that is deployed by what it is, and of which no deployment is known. */
export function noDeployments(
  entityRef: string,
  service: string,
  docsUrl: string,
): ReadinessProblem {
  return warning(`${entityRef} has no deployments`, {
    code: 'no_deployments',
    annotation: null,
    environment: null,
    value: null,
    expected: `deployments with the service_id ${service}`,
    remedy: `Let its pipeline run ${report(
      service,
      'production',
    )}, set ${ANNOTATION_SERVICE_ID} to the id that its events carry, or set four-keys.dev/deploy-type to library.`,
    docs: `${docsUrl}#service-id`,
  });
}

/** Events name a service that no entity answers to. */
export function unregistered(
  service: string,
  nearest: string | undefined,
  docsUrl: string,
): ReadinessProblem {
  return warning(`${service} is in no entity of the catalog`, {
    code: 'unregistered_service',
    annotation: ANNOTATION_SERVICE_ID,
    environment: null,
    value: service,
    expected: `an entity of this name or with ${ANNOTATION_SERVICE_ID}: ${service}`,
    remedy: nearest
      ? `Did you mean ${nearest}? Set ${ANNOTATION_SERVICE_ID}: ${service} there, or mend the service_id of the events.`
      : `Register it in the catalog, or set ${ANNOTATION_SERVICE_ID}: ${service} on the entity that it belongs to.`,
    docs: `${docsUrl}#service-id`,
  });
}
