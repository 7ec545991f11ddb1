import { metrics } from '@opentelemetry/api';
import {
  PrometheusExporter,
  PrometheusSerializer,
} from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { parser } from '@prometheus-io/lezer-promql';
import { readFileSync } from 'fs';
import { resolve } from 'path';
import { parse } from 'yaml';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';
import { INSTRUMENTS } from './observability/instruments';

jest.setTimeout(90_000);

const OPERATIONS = resolve(__dirname, '../../../docs/operations');
const operations = (file: string) =>
  readFileSync(resolve(OPERATIONS, file), 'utf8');

const BATCH = 'application/cloudevents-batch+json';
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const deployment = (id: string, attributes: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'ci.test',
  type: 'com.example.deploy.completed',
  time: '2026-06-10T12:50:12Z',
  data: {
    service_id: 'orders',
    deployment_id: id,
    environment: 'production',
    status: 'success',
  },
  ...attributes,
});

/** The queries of the dashboard and of the alert rules, by where they are. */
function queries(): Array<[where: string, query: string]> {
  const dashboard: {
    panels: Array<{ title: string; targets: Array<{ expr: string }> }>;
  } = JSON.parse(operations('grafana-dashboard.json'));
  const rules: {
    groups: Array<{ rules: Array<{ alert: string; expr: string }> }>;
  } = parse(operations('prometheus-alerts.yaml'));
  return [
    ...dashboard.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }): [string, string] => [
        `dashboard: ${title}`,
        // Grafana fills in the range before Prometheus sees it.
        expr.replaceAll('$__rate_interval', '5m'),
      ]),
    ),
    ...rules.groups.flatMap(group =>
      group.rules.map(({ alert, expr }): [string, string] => [
        `alert: ${alert}`,
        expr,
      ]),
    ),
  ];
}

/** What of a query has to exist: series, and the labels that it names. */
function namesIn(query: string) {
  const series: string[] = [];
  const labels: string[] = [];
  const errors: string[] = [];
  parser.parse(query).iterate({
    enter: node => {
      const text = query.slice(node.from, node.to);
      if (node.type.isError) {
        errors.push(`at ${node.from}: ${JSON.stringify(text)}`);
      } else if (
        node.name === 'Identifier' &&
        node.matchContext(['VectorSelector'])
      ) {
        series.push(text);
      } else if (node.name === 'LabelName') {
        labels.push(text);
      }
    },
  });
  return { series, labels, errors };
}

describe('what operators see', () => {
  let fourKeys: TestFourKeys;
  const exporter = new PrometheusExporter({ preventServerStart: true });

  /** What a scrape gives, as samples with their labels. */
  const scrape = async () => {
    const { resourceMetrics } = await exporter.collect();
    const text = new PrometheusSerializer().serialize(resourceMetrics);
    return text
      .split('\n')
      .filter(line => line.startsWith('four_keys_'))
      .map(line =>
        line.replace(/,?otel_scope_[a-z_]+="[^"]*"/g, '').replace('{}', ''),
      );
  };
  const valueOf = async (series: string) => {
    const line = (await scrape()).find(sample =>
      sample.startsWith(`${series} `),
    );
    return line === undefined ? undefined : Number(line.split(' ')[1]);
  };
  const post = (events: object[], traceparent?: string) => {
    const call = fourKeys.client
      .post('/api/four-keys/events')
      .set('Content-Type', BATCH);
    return (traceparent ? call.set('traceparent', traceparent) : call).send(
      JSON.stringify(events),
    );
  };

  beforeAll(async () => {
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));
    fourKeys = await startFourKeys();
  });

  afterAll(async () => {
    await fourKeys?.stop();
    metrics.disable();
  });

  it('counts what came in, what is safe and what was turned away', async () => {
    const answer = await post([
      deployment('a'),
      deployment('b'),
      deployment('bad', { time: 'yesterday' }),
    ]);
    expect(answer.status).toBe(207);
    await post([deployment('a')]);
    await eventually(
      () => valueOf('four_keys_events_received_total{stage="collector"}'),
      received => received === 3,
      30_000,
    );
    await eventually(
      () => valueOf('four_keys_dirty_services'),
      dirty => dirty === 0,
      30_000,
    );
    const expected = {
      'four_keys_events_received_total{stage="ingest"}': 4,
      'four_keys_events_accepted_total{stage="ingest"}': 3,
      'four_keys_events_rejected_total{stage="ingest",reason="invalid_time"}': 1,
      'four_keys_events_accepted_total{stage="collector"}': 2,
      'four_keys_events_repeated_total{kind="duplicate"}': 1,
      'four_keys_events_repeated_total{kind="conflict"}': 0,
      four_keys_batch_size_sum: 3,
      four_keys_transport_lag: 0,
      four_keys_dead_letters_waiting: 0,
      four_keys_dead_letters_unforwarded: 0,
      four_keys_partitions_quarantined: 0,
      four_keys_spill_waiting: 0,
    };
    for (const [series, value] of Object.entries(expected)) {
      expect([series, await valueOf(series)]).toEqual([series, value]);
    }
  });

  it('exports everything that dashboard and alerts ask for, and they ask for everything', async () => {
    const samples = await scrape();
    const exported = new Set(samples.map(sample => sample.split(/[{ ]/)[0]));
    const labels = new Set([
      // Prometheus adds it to what it scrapes.
      'instance',
      ...samples.flatMap(sample =>
        [...sample.matchAll(/([a-z]+)="/g)].map(match => match[1]),
      ),
    ]);
    const asked = new Set<string>();
    for (const [where, query] of queries()) {
      const found = namesIn(query);
      expect([where, found.errors]).toEqual([where, []]);
      expect(found.series.length).toBeGreaterThan(0);
      found.series.forEach(name => asked.add(name));
      expect([where, found.series.filter(name => !exported.has(name))]).toEqual(
        [where, []],
      );
      expect([where, found.labels.filter(name => !labels.has(name))]).toEqual([
        where,
        [],
      ]);
    }
    for (const { name } of Object.values(INSTRUMENTS)) {
      const series = name.replaceAll('.', '_');
      expect([...asked].filter(one => one.startsWith(series))).not.toEqual([]);
    }
  });

  it('sends whoever is woken by an alert to a page that exists', () => {
    const rules: {
      groups: Array<{
        rules: Array<{ annotations: { runbook: string } }>;
      }>;
    } = parse(operations('prometheus-alerts.yaml'));
    const anchors = new Set(
      [...operations('failures.md').matchAll(/^#+ (.*)$/gm)].map(
        ([, heading]) =>
          `docs/operations/failures.md#${heading
            .toLowerCase()
            .replace(/[^a-z0-9 -]/g, '')
            .replaceAll(' ', '-')}`,
      ),
    );
    const missing = rules.groups
      .flatMap(group => group.rules.map(rule => rule.annotations.runbook))
      .filter(runbook => !anchors.has(runbook));
    expect(missing).toEqual([]);
  });

  it('carries the trace of the request in its events, unless they have their own', async () => {
    const own = TRACE.replace('4bf9', 'aaaa');
    await post(
      [deployment('traced'), deployment('own', { traceparent: own })],
      TRACE,
    );
    await post([deployment('none')], `${TRACE}-and-more`);
    // Sent again within another trace it is still the same event.
    await post([deployment('traced')], own);
    const traces = async () => {
      const { rows } = await fourKeys.knex.raw(
        `SELECT envelope->>'id' AS id, envelope->>'traceparent' AS trace
         FROM events WHERE envelope->>'id' IN ('traced', 'own', 'none') ORDER BY 1`,
      );
      return rows as Array<{ id: string; trace: string | null }>;
    };
    expect(await eventually(traces, rows => rows.length === 3, 30_000)).toEqual(
      [
        { id: 'none', trace: null },
        { id: 'own', trace: own },
        { id: 'traced', trace: TRACE },
      ],
    );
    expect(
      await eventually(
        () => valueOf('four_keys_events_repeated_total{kind="duplicate"}'),
        duplicates => duplicates === 2,
        30_000,
      ),
    ).toBe(2);
  });
});
