import { readFileSync, readdirSync } from 'fs';
import { resolve } from 'path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';

const FOLDER = resolve(__dirname, '../kubernetes');
const read = (file: string) => readFileSync(resolve(FOLDER, file), 'utf8');

/** The schema of each kind, as Kubernetes publishes it. */
const validate: Record<string, (manifest: never) => void> = {
  'v1 ConfigMap': manifest => new ConfigMap(manifest).validate(),
  'v1 Service': manifest => new Service(manifest).validate(),
  'apps/v1 Deployment': manifest => new Deployment(manifest).validate(),
  'policy/v1 PodDisruptionBudget': manifest =>
    new PodDisruptionBudget(manifest).validate(),
};

const files = readdirSync(FOLDER).filter(file => file.endsWith('.yaml'));

describe('the Kubernetes manifests', () => {
  it.each(files)('%s is what its schema says', file => {
    const documents = parseAllDocuments(read(file), { strict: true });
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    for (const document of documents) {
      const manifest = document.toJS();
      const kind = `${manifest.apiVersion} ${manifest.kind}`;
      expect(Object.keys(validate)).toContain(kind);
      validate[kind](manifest as never);
    }
  });

  it('would not pass with a field that is missing or of a wrong type', () => {
    const spoilt = (spoil: (spec: Record<string, unknown>) => void) => {
      const manifest = parse(read('deployment.yaml'));
      spoil(manifest.spec);
      return () => validate['apps/v1 Deployment'](manifest as never);
    };
    expect(spoilt(spec => delete spec.selector)).toThrow(/selector/);
    expect(spoilt(spec => (spec.replicas = 'two'))).toThrow(/replicas/);
  });

  it('fit together: names, labels, ports, probes and the settings that the collector reads', () => {
    const deployment = parse(read('deployment.yaml'));
    const service = parse(read('service.yaml'));
    const budget = parse(read('poddisruptionbudget.yaml'));
    const settings = parse(read('configmap.yaml'));
    const { metadata, spec: pod } = deployment.spec.template;
    const [container] = pod.containers;

    for (const selector of [
      deployment.spec.selector.matchLabels,
      service.spec.selector,
      budget.spec.selector.matchLabels,
    ]) {
      expect(metadata.labels).toMatchObject(selector);
    }
    expect(container.envFrom[0].configMapRef.name).toBe(settings.metadata.name);
    expect(service.spec.ports[0].targetPort).toBe(container.ports[0].name);
    expect(container.livenessProbe.httpGet.path).toBe(
      '/api/four-keys/health/live',
    );
    expect(container.readinessProbe.httpGet.path).toBe(
      '/api/four-keys/health/ready',
    );

    const config = readFileSync(
      resolve(__dirname, '../app-config.yaml'),
      'utf8',
    );
    expect(config).toContain(`:-${container.ports[0].containerPort}}`);
    const readBy = (name: string) => config.includes(`\${${name}:-`);
    expect(Object.keys(settings.data).filter(name => !readBy(name))).toEqual(
      [],
    );
  });
});
