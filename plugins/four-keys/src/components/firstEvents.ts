interface Example {
  readonly service: string;
  readonly environment: string;
}

/** A shell command that reports a deployment with the CLI. */
export const cliCommand = ({ service, environment }: Example): string =>
  `npx four-keys emit deploy --service ${service} --environment ${environment} --status success`;

/** The event of the curl command; the shell fills in id, time and commit. */
const eventOf = ({ service, environment }: Example): string =>
  JSON.stringify(
    {
      specversion: '1.0',
      id: '$ID',
      source: 'first-steps',
      type: 'dev.fourkeys.deploy.completed',
      time: '$TIME',
      data: {
        service_id: service,
        environment,
        deployment_id: '$ID',
        commit_sha: '$COMMIT',
        status: 'success',
      },
    },
    null,
    2,
  );

/** A shell command that reports a deployment with nothing but curl. */
export const curlCommand = ({
  url,
  ...example
}: Example & { readonly url: string }): string =>
  [
    'COMMIT=$(git rev-parse HEAD) ID=first-$(date +%s) TIME=$(date -u +%Y-%m-%dT%H:%M:%SZ)',
    `curl --fail-with-body ${url} \\`,
    '  -H "Authorization: Bearer $FOUR_KEYS_TOKEN" \\',
    '  -H "Content-Type: application/cloudevents+json" \\',
    `  --data-binary @- <<EOF\n${eventOf(example)}\nEOF`,
  ].join('\n');
