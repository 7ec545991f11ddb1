import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { EventsService } from '@backstage/plugin-events-node';
import { readWebhook } from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { ConfiguredSource } from './config';
import { eventSourceOf, type Intake } from './intake/Intake';

/**
 * Takes webhooks that Backstage's own modules received and checked, with the
 * same mappers and ids as the route, so that both may run at once.
 *
 * Backstage delivers them at most once: what is lost on the way stays lost.
 *
 * @throws InputError for a source whose webhooks no module of Backstage takes.
 */
export async function bridgeTopics(options: {
  sources: readonly ConfiguredSource[];
  bus: EventsService;
  intake: Intake;
  logger: LoggerService;
}): Promise<void> {
  const { bus, intake, logger } = options;
  for (const configured of options.sources) {
    if (!configured.config.getOptionalBoolean('bridge')) {
      continue;
    }
    const { type, instance, source } = configured;
    const { bridge } = type;
    if (!bridge) {
      throw new InputError(
        `fourKeys.sources has bridge: true for ${type.type} ${instance}, whose webhooks no module of Backstage takes; remove it`,
      );
    }
    await bus.subscribe({
      id: `four-keys-${type.type}-${instance}`,
      topics: [...bridge.topics],
      onEvent: async ({ topic, eventPayload }) => {
        await intake.take(
          configured,
          await readWebhook(source, bridge.headersOf(topic), eventPayload),
        );
      },
    });
    logger.info(
      `${eventSourceOf(
        configured,
      )} also takes webhooks from the topics of Backstage, at most once`,
    );
  }
}
