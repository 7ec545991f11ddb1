import { type Check, messageOf, NOTICEABLE_SKEW_MS } from './check';

/** Events further ahead than this are refused (`time_in_future`). */
const MOST_AHEAD_MS = 10 * 60_000;

/** The `Date` header has no fractions of a second. */
const DATE_PRECISION_MS = 1_000;

/** Whether it is reached at all. */
export const portal: Check = async (ask, { url }) => {
  const what = 'Portal';
  const answer = await ask('/.backstage/health/v1/readiness', {
    anonymous: true,
  });
  if ('unreachable' in answer) {
    return [
      {
        level: 'stop',
        what,
        says: `${url} cannot be reached: ${answer.unreachable}`,
        remedy:
          'Give --url or FOUR_KEYS_URL: the base URL of the Backstage backend (backend.baseUrl), as machines reach it.',
      },
    ];
  }
  if (answer.status >= 300 && answer.status < 400) {
    return [
      {
        level: 'stop',
        what,
        says: `${url} redirects to another page`,
        remedy:
          'A proxy in front of it asks for a sign-in; give the address that machines use.',
      },
    ];
  }
  if (answer.status === 503) {
    return [
      {
        level: 'warning',
        what,
        says: 'it answers, and says that it is not ready',
        remedy:
          'It is starting or stopping, or a plugin could not start: look at its log.',
      },
    ];
  }
  return [{ level: 'ok', what, says: `${url} answers` }];
};

/** Whether its clock and ours agree. */
export const clock: Check = async ask => {
  const what = 'Clock';
  const before = Date.now();
  const answer = await ask('/api/four-keys/health/live', { anonymous: true });
  if ('unreachable' in answer || answer.date === undefined) {
    return [
      { level: 'note', what, says: 'the portal does not tell what time it is' },
    ];
  }
  const here = before + answer.tookMs / 2;
  const ahead = here - answer.date;
  const skew = Math.max(0, Math.abs(ahead) - DATE_PRECISION_MS);
  const seconds = Math.round(skew / 1000);
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  if (skew < NOTICEABLE_SKEW_MS) {
    return [{ level: 'ok', what, says: 'this machine and the portal agree' }];
  }
  return [
    {
      level: ahead > MOST_AHEAD_MS ? 'error' : 'warning',
      what,
      says: `this machine is ${seconds} s ${direction} the portal`,
      remedy:
        ahead > MOST_AHEAD_MS
          ? 'Events from here are refused, as they lie in the future: synchronise the clocks (NTP).'
          : 'Lead times between machines are off by as much: synchronise the clocks (NTP).',
    },
  ];
};

/** Whether it has the plugin. */
export const plugin: Check = async ask => {
  const what = 'Plugin';
  const answer = await ask('/api/four-keys/health/live', { anonymous: true });
  if ('unreachable' in answer || answer.status === 404) {
    return [
      {
        level: 'stop',
        what,
        says: 'there is no four-keys plugin behind this address',
        remedy:
          "Add backend.add(import('@four-keys/backstage-plugin-four-keys-backend')) to the backend, and look in its log for why it did not start.",
      },
    ];
  }
  if (answer.status === 503) {
    return [
      {
        level: 'error',
        what,
        says: 'it is there, but a loop of its collector stands still',
        remedy: 'Look at the log of the backend, and restart it.',
      },
    ];
  }
  return answer.status === 200
    ? [{ level: 'ok', what, says: 'it runs' }]
    : [
        {
          level: 'stop',
          what,
          says: messageOf(answer),
          remedy: 'Look at the log of the backend.',
        },
      ];
};

/** Whether the token is accepted, and may read. */
export const token: Check = async (ask, { hasToken }) => {
  const what = 'Token';
  const answer = await ask('/api/four-keys/pipeline/setup');
  const status = 'unreachable' in answer ? undefined : answer.status;
  if (status === 200) {
    return [{ level: 'ok', what, says: 'it is accepted, and may read' }];
  }
  if (status === 401) {
    return [
      {
        level: 'stop',
        what,
        says: hasToken ? 'the portal does not know it' : 'none was given',
        remedy: hasToken
          ? 'It must be the one under backend.auth.externalAccess; the portal reads its configuration at start.'
          : 'Give --token, or better set FOUR_KEYS_TOKEN.',
      },
    ];
  }
  if (status === 403) {
    return [
      {
        level: 'stop',
        what,
        says: 'it is known, but may not read metrics',
        remedy:
          'Let accessRestrictions of the token name the plugin four-keys, and the permission policy allow fourKeys.metrics.read.',
      },
    ];
  }
  return [
    {
      level: 'stop',
      what,
      says: messageOf(answer),
      remedy: 'Look at the log of the backend.',
    },
  ];
};

/** Whether the token may report. */
export const reporting: Check = async ask => {
  const what = 'Reporting';
  // An empty batch asks for the permission and writes nothing.
  const answer = await ask('/api/four-keys/events', { body: [] });
  const status = 'unreachable' in answer ? undefined : answer.status;
  if (status === 202) {
    return [{ level: 'ok', what, says: 'the token may report events' }];
  }
  if (status === 403) {
    return [
      {
        level: 'error',
        what,
        says: 'the token may not report events',
        remedy:
          'Let the permission policy allow fourKeys.events.publish for it.',
      },
    ];
  }
  return [
    {
      level: 'error',
      what,
      says: messageOf(answer),
      remedy:
        status === 503
          ? 'Neither the transport nor the database takes events now; callers try again by themselves.'
          : 'Look at the log of the backend.',
    },
  ];
};
