import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { curlCommand } from './firstEvents';

const command = curlCommand({
  url: 'http://localhost:7007/api/four-keys/events',
  service: 'my-service',
  environment: 'production',
});

/** What a shell puts in the place of its variables. */
const expand = (text: string, variables: Record<string, string>) =>
  text.replace(/\$([A-Z]+)/g, (_, name) => variables[name] ?? '');

describe('the first event', () => {
  it('is one that the collector takes, once a shell has filled it in', () => {
    const [, body] = /<<EOF\n([\s\S]*)\nEOF$/.exec(command) ?? [];
    const event: unknown = JSON.parse(
      expand(body, {
        COMMIT: '0123456789abcdef0123456789abcdef01234567',
        ID: 'first-1780142400',
        TIME: '2026-05-30T12:00:00Z',
      }),
    );
    const now = Date.parse('2026-05-30T12:00:01Z');
    expect(validateEvent(event, { now })).toMatchObject({
      ok: true,
      event: {
        kind: 'deploy.completed',
        id: 'first-1780142400',
        data: {
          service_id: 'my-service',
          environment: 'production',
          deployment_id: 'first-1780142400',
          commit_sha: '0123456789abcdef0123456789abcdef01234567',
          status: 'success',
        },
      },
    });
  });

  it('goes to the collector with a token and as a CloudEvent', () => {
    expect(command).toContain(
      'curl --fail-with-body http://localhost:7007/api/four-keys/events ',
    );
    expect(command).toContain('-H "Authorization: Bearer $FOUR_KEYS_TOKEN"');
    expect(command).toContain(
      '-H "Content-Type: application/cloudevents+json"',
    );
  });
});
