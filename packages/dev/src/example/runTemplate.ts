import { type BackendClient, eventually } from './client';

/** An event of a template's run, as the scaffolder tells it. */
export interface TaskEvent {
  readonly type: string;
  readonly body: {
    readonly message: string;
    readonly output?: {
      readonly text?: ReadonlyArray<{ title: string; content: string }>;
    };
  };
}

const ENDED = ['completed', 'failed', 'cancelled'];

/**
 * Fills in the form of a template and follows the run to its end, as a person
 * does who is signed in as a guest.
 *
 * @param templateRef - such as `template:default/node-service`
 */
export async function runTemplate(
  client: BackendClient,
  templateRef: string,
  values: object,
): Promise<{ status: string; taskId: string; events: TaskEvent[] }> {
  const token = await client.guestToken();
  const [, name] = /^template:(.+)$/.exec(templateRef) ?? [];
  await eventually(
    () =>
      client.call(`/api/catalog/entities/by-name/template/${name}`, { token }),
    ({ status }) => status === 200,
    60_000,
  );
  const created = await client.call('/api/scaffolder/v2/tasks', {
    token,
    body: { templateRef, values },
  });
  if (created.status !== 201) {
    throw new Error(
      `The run was refused with ${created.status}: ${JSON.stringify(
        created.body,
      )}`,
    );
  }
  const { id: taskId } = created.body as { id: string };
  const task = `/api/scaffolder/v2/tasks/${taskId}`;
  const { status } = await eventually(
    async () => (await client.call(task, { token })).body as { status: string },
    answer => ENDED.includes(answer.status),
    120_000,
  );
  const { body } = await client.call(`${task}/events`, { token });
  return { status, taskId, events: body as TaskEvent[] };
}
