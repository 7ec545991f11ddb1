/** The files of a repository by their paths. */
export type Repository = Readonly<Record<string, string>>;

const DIGEST = `sha256:${'a'.repeat(64)}`;

const catalogFile = (level: string) => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments-api
  annotations:
    four-keys.dev/service-id: payments
    four-keys.dev/runtime: nodejs@22
    four-keys.dev/deploy-type: kubernetes
    four-keys.dev/compliance-level: ${level}
    four-keys.dev/telemetry-key: acme/payments
spec: { type: service, lifecycle: production, owner: payments }
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: payments-api }
spec:
  template:
    spec:
      containers:
        - name: api
          image: payments
          securityContext:
            allowPrivilegeEscalation: false
`;

/** A repository with which no policy finds fault, at any level. */
export const good: Repository = {
  'catalog-info.yaml': catalogFile('high'),
  Dockerfile: `ARG BASE=node:22.11.0@${DIGEST}
# comments and continued lines are read as Docker reads them
FROM --platform=$BUILDPLATFORM \\
  \${BASE} AS build
FROM build
`,
  'deploy/deployment.yaml': deployment,
  'deploy/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
  '.github/workflows/ci.yml': `name: ci
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t "$IMAGE" .
      - run: |
          trivy fs --exit-code 1 .
          trivy config --exit-code 1 deploy
      - uses: anchore/sbom-action@v0
      - uses: aquasecurity/trivy-action@v0
        with: { image-ref: payments }
      - run: cosign sign --yes "$IMAGE"
`,
};

/** The same with one thing wrong. */
export const without = (
  changes: Readonly<Record<string, string | ((text: string) => string)>>,
): Repository => ({
  ...good,
  ...Object.fromEntries(
    Object.entries(changes).map(([path, change]) => [
      path,
      typeof change === 'string' ? change : change(good[path]),
    ]),
  ),
});

/** The steps of the other CI systems, which do the same. */
export const otherPipelines: Readonly<Record<string, Repository>> = {
  'GitLab CI': {
    '.gitlab-ci.yml': `include:
  - template: Jobs/Dependency-Scanning.gitlab-ci.yml
  - template: Jobs/SAST-IaC.gitlab-ci.yml
image:
  name: anchore/syft:v1.18.0
sign:
  before_script: [docker build -t a .]
  script:
    - syft a -o cyclonedx-json
    - trivy image a
    - cosign sign --yes a
`,
  },
  Tekton: {
    'tekton/pipeline.yaml': `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: { name: ci }
spec:
  tasks:
    - name: all
      taskSpec:
        steps:
          - { name: sbom, image: 'anchore/syft:v1.18.0', args: [a] }
          - { name: sca, image: aquasec/trivy, command: [trivy], args: [fs, .] }
          - { name: iac, image: aquasec/trivy, command: [trivy], args: [config, .] }
          - { name: scan, image: aquasec/trivy, command: [trivy], args: [image, a] }
          - name: sign
            image: cosign
            script: |
              #!/bin/sh
              cosign sign --yes a
`,
  },
  Jenkins: {
    Jenkinsfile: `pipeline {
  stages { stage('a') { steps {
    /* all
       of it */
    sh 'docker build -t a .'
    sh 'syft a'
    sh 'trivy image a'
    sh "trivy fs ."
    sh 'trivy config .'
    sh 'cosign sign --yes a'
  } } }
}
`,
  },
};

/** What a policy finds in a repository with one thing wrong. */
export const faults: ReadonlyArray<
  readonly [policy: string, repository: Repository, findings: string[]]
> = [
  [
    'required-annotations',
    without({
      'catalog-info.yaml': text =>
        text
          .replace('    four-keys.dev/runtime: nodejs@22\n', '')
          .replace('acme/payments', 'acme'),
    }),
    [
      'catalog-info.yaml:5 component:default/payments-api: four-keys.dev/runtime is missing, expected name or name@version, the name in lower case. Add ',
      'catalog-info.yaml:9 component:default/payments-api: four-keys.dev/telemetry-key is "acme", expected org/project',
    ],
  ],
  [
    'pinned-base-images',
    without({ Dockerfile: 'FROM node:22.11.0\n\nFROM alpine\n' }),
    [
      'Dockerfile:1 node:22.11.0 is not pinned: it does not name the digest of an image',
      'Dockerfile:3 alpine is not pinned',
    ],
  ],
  [
    'sbom-step',
    without({
      '.github/workflows/ci.yml': text =>
        text.replace(
          'uses: anchore/sbom-action@v0',
          "run: 'echo syft is not run'\n        # syft a",
        ),
    }),
    [
      '.github/workflows/ci.yml:1 no step of this pipeline writes a bill of materials',
    ],
  ],
  [
    'image-scan-step',
    without({
      '.github/workflows/ci.yml': text =>
        text.replace('{ image-ref: payments }', '{ scan-type: fs }'),
    }),
    ['.github/workflows/ci.yml:1 no step of this pipeline scans the image'],
  ],
  [
    'signature-step',
    without({
      '.github/workflows/ci.yml': text =>
        text.replace('cosign sign', 'cosign verify'),
    }),
    ['.github/workflows/ci.yml:1 no step of this pipeline signs the image'],
  ],
  [
    'dependency-scan-step',
    without({
      '.github/workflows/ci.yml': text => text.replace('trivy fs', 'ls'),
    }),
    [
      '.github/workflows/ci.yml:1 no step of this pipeline analyses the dependencies',
    ],
  ],
  [
    'iac-scan-step',
    without({
      '.github/workflows/ci.yml': text => text.replace('trivy config', 'ls'),
    }),
    [
      '.github/workflows/ci.yml:1 no step of this pipeline scans the infrastructure code',
    ],
  ],
  [
    'no-privileged-containers',
    without({
      'deploy/deployment.yaml': `apiVersion: v1
kind: Service
metadata: { name: other }
---
${deployment.replace('allowPrivilegeEscalation: false', 'privileged: true')}
      hostNetwork: true
      initContainers:
        - name: init
          securityContext:
            capabilities: { add: [CAP_SYS_ADMIN, CHOWN] }
`,
    }),
    [
      'deploy/deployment.yaml:15 privileged is true',
      'deploy/deployment.yaml:17 hostNetwork is true',
      'deploy/deployment.yaml:21 the capability CAP_SYS_ADMIN is added',
    ],
  ],
  [
    'model-governance',
    without({
      'catalog-info.yaml': text =>
        `${text.replace(/: high/, ': low')}---
apiVersion: four-keys.dev/v1alpha1
kind: MLModel
metadata:
  name: fraud
  annotations:
    four-keys.dev/model-version: '2.3'
    four-keys.dev/training-data-classification: restricted
    four-keys.dev/inference-endpoints: https://fraud.example.com
spec: { owner: payments, lifecycle: production }
`,
    }),
    [
      'catalog-info.yaml:17 the model fraud does not say its model-review',
      'catalog-info.yaml:19 the model fraud was trained on restricted data, its compliance level is only low',
    ],
  ],
];
