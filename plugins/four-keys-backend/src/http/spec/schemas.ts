const nullable = (type: 'string' | 'number' | 'integer') =>
  ({ type: [type, 'null'] } as const);

const instant = {
  type: ['string', 'null'],
  format: 'date-time',
  description: 'RFC 3339 in UTC',
} as const;

const visibility = {
  type: 'object',
  description: 'How many services of the scope the caller may see, of all',
  required: ['visible', 'of'],
  properties: { visible: { type: 'integer' }, of: { type: 'integer' } },
} as const;

const page = (row: string) =>
  ({
    type: 'object',
    required: ['rows', 'nextCursor'],
    properties: {
      rows: { type: 'array', items: { $ref: `#/components/schemas/${row}` } },
      nextCursor: nullable('string'),
      services: visibility,
    },
  } as const);

const scope = {
  type: 'object',
  required: ['environment'],
  properties: {
    service: { type: 'string' },
    team: { type: 'string' },
    system: { type: 'string' },
    domain: { type: 'string' },
    template: { type: 'string' },
    templateVersion: { type: 'string' },
    environment: { type: 'string' },
  },
} as const;

const metric = {
  type: 'object',
  description:
    'value is null whenever status is not ok; durations in seconds, ratios 0 to 1',
  required: ['status', 'value', 'unit'],
  properties: {
    status: { type: 'string' },
    value: nullable('number'),
    unit: { type: 'string' },
  },
} as const;

const metrics = {
  type: 'object',
  required: [
    'deploymentFrequency',
    'leadTime',
    'changeFailureRate',
    'timeToRestore',
    'failedDeploymentRecoveryTime',
    'deploymentReworkRate',
    'deploymentSuccessRate',
  ],
  properties: {
    deploymentFrequency: metric,
    leadTime: metric,
    changeFailureRate: metric,
    timeToRestore: metric,
    failedDeploymentRecoveryTime: metric,
    deploymentReworkRate: metric,
    deploymentSuccessRate: metric,
  },
} as const;

const estimate = {
  type: 'object',
  description:
    'A number with its 95 % interval; null bounds: fewer than five observations',
  required: ['value', 'low', 'high'],
  properties: {
    value: nullable('number'),
    low: nullable('number'),
    high: nullable('number'),
    count: { type: 'integer' },
  },
} as const;

const window = {
  type: 'object',
  required: ['from', 'to'],
  properties: { from: instant, to: instant },
} as const;

const templateStatistics = {
  runs: { type: 'object' },
  successRate: estimate,
  duration: estimate,
  timeToFirstDeployment: estimate,
  services: { type: 'integer' },
  teams: { type: 'integer' },
  deployments: { type: 'integer' },
} as const;

const readinessTotals = {
  type: 'object',
  description: 'How many are ready of how many, and the problems by code',
  required: ['entities', 'ready', 'share', 'problems'],
  properties: {
    entities: { type: 'integer' },
    ready: { type: 'integer' },
    share: nullable('number'),
    problems: { type: 'object', additionalProperties: { type: 'integer' } },
  },
} as const;

const verdict = {
  type: 'object',
  description: 'What some rules make of a deployment',
  required: ['tier', 'counts', 'rollback', 'rework', 'failed', 'changes'],
  properties: {
    tier: nullable('string'),
    counts: { type: 'boolean' },
    rollback: { type: 'boolean' },
    rework: { type: 'boolean' },
    failed: { type: 'boolean' },
    recoveredAt: instant,
    changes: { type: 'integer' },
  },
} as const;

/** The schemas of the answers; the TypeScript types beside them are in four-keys-common. */
export const schemas = {
  Problem: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['name', 'message', 'code'],
        properties: {
          name: { type: 'string' },
          message: { type: 'string' },
          code: { type: 'string', description: 'Stable; see docs/errors.md' },
        },
      },
    },
  },
  PublishAnswer: {
    type: 'object',
    required: ['accepted', 'rejected'],
    properties: {
      accepted: { type: 'integer' },
      rejected: {
        type: 'array',
        items: {
          type: 'object',
          required: ['index', 'id', 'code', 'message'],
          properties: {
            index: { type: 'integer' },
            id: nullable('string'),
            code: { type: 'string' },
            message: { type: 'string' },
          },
        },
      },
    },
  },
  MetricsAnswer: {
    type: 'object',
    required: ['scope', 'window', 'metrics', 'series', 'asOf'],
    properties: {
      scope,
      window: { type: 'object' },
      metrics,
      series: { type: 'array', items: { type: 'object' } },
      services: visibility,
      explanation: { type: 'object' },
      asOf: instant,
    },
  },
  WhatIfAnswer: {
    type: 'object',
    required: ['today', 'changed', 'differences', 'totalDifferences'],
    properties: {
      today: { $ref: '#/components/schemas/MetricsAnswer' },
      changed: { $ref: '#/components/schemas/MetricsAnswer' },
      differences: {
        type: 'array',
        description: 'The latest first; the first 500',
        items: {
          type: 'object',
          required: ['service', 'environment', 'id', 'today', 'changed'],
          properties: {
            service: { type: 'string' },
            environment: { type: 'string' },
            id: { type: 'string' },
            finishedAt: instant,
            kind: nullable('string'),
            today: verdict,
            changed: verdict,
          },
        },
      },
      totalDifferences: { type: 'integer' },
    },
  },
  MetricsTable: {
    type: 'object',
    required: ['dimension', 'scope', 'window', 'rows', 'totalRows', 'asOf'],
    properties: {
      dimension: { type: 'string' },
      scope,
      window: { type: 'object' },
      rows: {
        type: 'array',
        items: {
          type: 'object',
          required: ['key', 'entityRef', 'metrics'],
          properties: {
            key: { type: 'string' },
            entityRef: nullable('string'),
            metrics,
            lastDeploymentAt: instant,
            trend: { type: 'array', items: nullable('number') },
          },
        },
      },
      totalRows: { type: 'integer' },
      services: visibility,
      asOf: instant,
    },
  },
  EvidenceRow: {
    type: 'object',
    required: ['kind', 'service', 'id', 'value', 'excluded'],
    properties: {
      kind: { type: 'string', enum: ['deployment', 'change', 'incident'] },
      service: { type: 'string' },
      environment: nullable('string'),
      id: { type: 'string' },
      at: instant,
      value: nullable('number'),
      excluded: nullable('string'),
      entityRef: nullable('string'),
      urls: { type: 'object' },
      details: { type: 'object' },
    },
  },
  Evidence: {
    type: 'object',
    required: ['metric', 'scope', 'rows', 'nextCursor', 'totals'],
    properties: {
      metric: { type: 'string' },
      scope,
      measured: {
        type: 'object',
        description: 'The number itself, with what it was made of',
      },
      explanation: { type: 'string' },
      totals: {
        type: 'object',
        properties: {
          included: { type: 'integer' },
          excluded: { type: 'integer' },
        },
      },
      rows: {
        type: 'array',
        items: { $ref: '#/components/schemas/EvidenceRow' },
      },
      nextCursor: nullable('string'),
      services: visibility,
    },
  },
  Deployment: {
    type: 'object',
    required: ['service', 'environment', 'id', 'status'],
    properties: {
      service: { type: 'string' },
      entityRef: nullable('string'),
      environment: { type: 'string' },
      tier: nullable('string'),
      id: { type: 'string' },
      status: {
        type: 'string',
        enum: ['success', 'failure', 'cancelled', 'running'],
      },
      startedAt: instant,
      finishedAt: instant,
      kind: nullable('string'),
      version: nullable('string'),
      commitSha: nullable('string'),
      rollback: { type: 'boolean' },
      failed: { type: 'boolean' },
      recoveredAt: instant,
      contentsKnown: { type: 'boolean' },
      changes: { type: 'integer' },
      incidents: { type: 'integer' },
      undoneBy: nullable('string'),
      urls: { type: 'object' },
    },
  },
  DeploymentDetail: {
    type: 'object',
    required: ['deployment', 'changes', 'builds', 'incidents'],
    properties: {
      deployment: { $ref: '#/components/schemas/Deployment' },
      changes: {
        type: 'array',
        items: { $ref: '#/components/schemas/Change' },
      },
      builds: { type: 'array', items: { type: 'object' } },
      incidents: {
        type: 'array',
        items: { $ref: '#/components/schemas/Incident' },
      },
    },
  },
  DeploymentPage: page('Deployment'),
  Incident: {
    type: 'object',
    required: ['service', 'incidentId', 'environment', 'link'],
    properties: {
      service: { type: 'string' },
      entityRef: nullable('string'),
      incidentId: { type: 'string' },
      environment: { type: 'string' },
      title: nullable('string'),
      url: nullable('string'),
      severity: nullable('string'),
      external: { type: 'boolean' },
      start: instant,
      resolvedAt: instant,
      duration: nullable('number'),
      link: {
        type: 'object',
        required: ['method'],
        properties: {
          method: {
            type: 'string',
            enum: ['corrected', 'explicit', 'window', 'unlinked'],
          },
          service: nullable('string'),
          environment: nullable('string'),
          deploymentId: nullable('string'),
        },
      },
      correction: {
        type: ['object', 'null'],
        description: 'Who corrected the link last, when and why',
      },
    },
  },
  IncidentPage: page('Incident'),
  Change: {
    type: 'object',
    required: ['service', 'commitSha', 'deployment', 'leadTime'],
    properties: {
      service: { type: 'string' },
      entityRef: nullable('string'),
      commitSha: { type: 'string' },
      prId: nullable('string'),
      branch: nullable('string'),
      committedAt: instant,
      lowerBound: { type: 'boolean' },
      mergedAt: instant,
      deployment: { type: ['object', 'null'] },
      leadTime: nullable('number'),
      leadTimeParts: {
        type: 'array',
        description: 'The lead time, split at the moments that events tell',
        items: {
          type: 'object',
          required: ['from', 'to', 'seconds'],
          properties: {
            from: { type: 'string' },
            to: { type: 'string' },
            seconds: { type: 'number' },
          },
        },
      },
      urls: { type: 'object' },
    },
  },
  ChangePage: page('Change'),
  LinkAnswer: {
    type: 'object',
    required: ['accepted', 'applied'],
    properties: {
      accepted: { type: 'integer' },
      applied: {
        type: 'boolean',
        description: 'Whether the numbers have the correction already',
      },
    },
  },
  Readiness: {
    type: 'object',
    required: ['asOf', 'stale', 'totals', 'teams', 'rows', 'nextCursor'],
    properties: {
      asOf: { type: 'string', format: 'date-time' },
      stale: { type: 'boolean' },
      totals: readinessTotals,
      teams: {
        type: 'array',
        items: {
          ...readinessTotals,
          properties: {
            ...readinessTotals.properties,
            team: nullable('string'),
          },
        },
      },
      rows: {
        type: 'array',
        items: { $ref: '#/components/schemas/EntityReadiness' },
      },
      nextCursor: nullable('string'),
      entities: visibility,
    },
  },
  EntityReadiness: {
    type: 'object',
    required: ['entityRef', 'service', 'ready', 'problems'],
    properties: {
      entityRef: nullable('string'),
      service: nullable('string'),
      title: { type: 'string' },
      kind: nullable('string'),
      type: nullable('string'),
      lifecycle: nullable('string'),
      owner: nullable('string'),
      system: nullable('string'),
      ready: { type: 'boolean' },
      problems: {
        type: 'array',
        items: {
          type: 'object',
          required: ['code', 'level', 'expected', 'remedy', 'docs', 'message'],
          properties: {
            code: { type: 'string' },
            level: { type: 'string', enum: ['warning', 'error'] },
            annotation: nullable('string'),
            environment: nullable('string'),
            value: nullable('string'),
            expected: { type: 'string' },
            remedy: { type: 'string' },
            docs: { type: 'string' },
            message: { type: 'string' },
          },
        },
      },
      lastDeployedAt: instant,
    },
  },
  Trace: {
    type: 'object',
    required: ['correlationId', 'steps', 'nextCursor', 'truncated', 'basis'],
    properties: {
      correlationId: { type: 'string' },
      template: nullable('string'),
      templateVersion: nullable('string'),
      serviceIds: { type: 'array', items: { type: 'string' } },
      services: visibility,
      steps: {
        type: 'array',
        items: { $ref: '#/components/schemas/TraceStep' },
      },
      nextCursor: nullable('string'),
      truncated: {
        type: 'boolean',
        description: 'Its latest part is missing, because it is too long',
      },
      basis: {
        type: 'object',
        description: 'What the story is told from, and what is dropped',
        required: ['from', 'rawEventsSince', 'explanation'],
        properties: {
          from: { type: 'string', enum: ['facts'] },
          rawEventsSince: instant,
          explanation: { type: 'string' },
        },
      },
    },
  },
  TraceStep: {
    type: 'object',
    required: ['kind', 'at', 'endedAt', 'status', 'service', 'ids', 'joinedBy'],
    properties: {
      kind: {
        type: 'string',
        enum: [
          'scaffold',
          'policy',
          'change',
          'build',
          'deployment',
          'incident',
        ],
      },
      at: { type: 'string', format: 'date-time' },
      endedAt: instant,
      status: nullable('string'),
      service: nullable('string'),
      entityRef: nullable('string'),
      summary: { type: 'string' },
      ids: { type: 'object', additionalProperties: { type: 'string' } },
      joinedBy: {
        type: 'object',
        required: ['method', 'value', 'link'],
        properties: {
          method: {
            type: 'string',
            enum: ['correlation_id', 'commit', 'run', 'deployment'],
          },
          value: { type: 'string' },
          link: nullable('string'),
        },
      },
      links: { type: 'array', items: { type: 'object' } },
    },
  },
  PipelineSetup: {
    type: 'object',
    required: ['version', 'now', 'database', 'transport', 'collects'],
    properties: {
      version: { type: 'string' },
      now: { type: 'string', format: 'date-time' },
      database: {
        type: 'object',
        required: ['version', 'now', 'migrations'],
        properties: {
          version: { type: 'string' },
          now: { type: 'string', format: 'date-time' },
          migrations: {
            type: 'object',
            required: ['applied', 'missing'],
            properties: {
              applied: { type: 'integer' },
              missing: { type: 'array', items: { type: 'string' } },
            },
          },
        },
      },
      transport: {
        type: 'object',
        required: ['name', 'problem'],
        properties: {
          name: { type: 'string' },
          problem: nullable('string'),
        },
      },
      collects: { type: 'boolean' },
    },
  },
  PipelineHealth: {
    type: 'object',
    required: ['status', 'transport', 'sources', 'lag', 'deadLetters'],
    properties: {
      status: { type: 'string', enum: ['ok', 'degraded', 'down'] },
      transport: { type: 'string' },
      sources: { type: 'array', items: { type: 'object' } },
      lag: { type: 'integer' },
      deadLetters: { type: 'integer' },
      deadLetterReasons: { type: 'array', items: { type: 'object' } },
      dirtyBacklog: { type: 'integer' },
      quarantine: {
        type: 'array',
        items: { $ref: '#/components/schemas/Quarantine' },
      },
      loopAgeMs: nullable('integer'),
      unmappedEnvironments: { type: 'array', items: { type: 'object' } },
      unregisteredServices: { type: 'array', items: { type: 'string' } },
      problems: { type: 'array', items: { type: 'string' } },
    },
  },
  QuarantineRelease: {
    type: 'object',
    required: ['partition', 'releasedAt'],
    properties: { partition: { type: 'integer' }, releasedAt: instant },
  },
  RebuildRequest: {
    type: 'object',
    additionalProperties: false,
    required: ['verify'],
    properties: {
      verify: {
        type: 'boolean',
        description: 'True: nothing is changed, and what differs is told',
      },
      after: {
        type: 'string',
        minLength: 1,
        description: 'The next of the answer before',
      },
    },
  },
  RebuildAnswer: {
    type: 'object',
    required: ['services', 'pending', 'drift', 'next'],
    properties: {
      services: { type: 'integer' },
      pending: { type: 'integer' },
      drift: {
        type: 'array',
        items: { $ref: '#/components/schemas/ServiceDrift' },
      },
      next: nullable('string'),
    },
  },
  ServiceDrift: {
    type: 'object',
    required: ['service', 'tables', 'examples'],
    properties: {
      service: { type: 'string' },
      tables: {
        type: 'array',
        items: {
          type: 'object',
          required: ['table', 'missing', 'surplus', 'different'],
          properties: {
            table: { type: 'string' },
            missing: { type: 'integer' },
            surplus: { type: 'integer' },
            different: { type: 'integer' },
          },
        },
      },
      examples: { type: 'array', items: { type: 'object' } },
    },
  },
  DeadLetterSelection: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ids: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        items: { type: 'string' },
      },
      since: { type: 'string' },
      code: { type: 'string', minLength: 1 },
      source: { type: 'string', minLength: 1 },
      upTo: { type: 'string' },
    },
  },
  DeadLetterReplay: {
    type: 'object',
    required: ['replayed', 'alreadyReplayed', 'skipped', 'upTo', 'remaining'],
    properties: {
      replayed: { type: 'integer' },
      alreadyReplayed: { type: 'integer' },
      skipped: { type: 'array', items: { type: 'string' } },
      upTo: { type: 'string' },
      remaining: { type: 'integer' },
    },
  },
  Quarantine: {
    type: 'object',
    required: ['partition', 'since', 'reason', 'rejected', 'seen', 'waiting'],
    properties: {
      partition: { type: 'integer' },
      since: instant,
      reason: { type: 'string' },
      rejected: { type: 'integer' },
      seen: { type: 'integer' },
      nextTrialAt: instant,
      waiting: { type: 'integer' },
    },
  },
  DeadLetter: {
    type: 'object',
    required: ['id', 'receivedAt', 'stage', 'code', 'message', 'payload'],
    properties: {
      id: { type: 'string' },
      receivedAt: instant,
      stage: { type: 'string' },
      code: { type: 'string' },
      message: { type: 'string' },
      field: nullable('string'),
      eventSource: nullable('string'),
      eventId: nullable('string'),
      eventType: nullable('string'),
      position: nullable('string'),
      payload: { type: 'string' },
      replayedAt: instant,
    },
  },
  DeadLetterPage: page('DeadLetter'),
  TemplatesAnswer: {
    type: 'object',
    required: ['environment', 'window', 'adoption', 'templates', 'asOf'],
    properties: {
      environment: { type: 'string' },
      window,
      adoption: { type: 'object' },
      templates: {
        type: 'array',
        items: {
          type: 'object',
          required: ['template', 'versions'],
          properties: {
            template: { type: 'string' },
            ...templateStatistics,
            versions: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  version: nullable('string'),
                  ...templateStatistics,
                },
              },
            },
          },
        },
      },
      services: visibility,
      asOf: instant,
    },
  },
  TemplateComparison: {
    type: 'object',
    required: ['template', 'a', 'b', 'metrics', 'asOf'],
    properties: {
      template: { type: 'string' },
      a: { type: 'string' },
      b: { type: 'string' },
      environment: { type: 'string' },
      window,
      metrics: {
        type: 'array',
        items: {
          type: 'object',
          required: ['metric', 'unit', 'a', 'b', 'difference', 'verdict'],
          properties: {
            metric: { type: 'string' },
            unit: { type: 'string' },
            a: estimate,
            b: estimate,
            difference: estimate,
            verdict: {
              type: 'string',
              enum: ['higher', 'lower', 'unclear', 'too_few'],
            },
          },
        },
      },
      services: visibility,
      asOf: instant,
    },
  },
} as const;
