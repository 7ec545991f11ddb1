import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import type { JsonObject } from '@backstage/types';
import { formatInstant } from '@four-keys/backstage-plugin-four-keys-common';

/** When this run first came here: the same on every retry that has its state. */
export async function firstTime(
  ctx: Pick<ActionContext<JsonObject>, 'checkpoint'>,
  kind: string,
  detail: string,
): Promise<string> {
  return ctx.checkpoint({
    key: `four-keys.emit.${kind}.${detail}`,
    fn: async () => formatInstant(Date.now()),
  });
}
