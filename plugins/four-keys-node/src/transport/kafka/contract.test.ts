import { describeWithKafka } from '@four-keys/dev';
import { ConfigResourceTypes } from 'kafkajs';
import { describeTransportContract } from '../../testing';
import { stopSharedBroker, TestKafka } from './__testUtils__/TestKafka';

const FROZEN_MS = 8_000;

async function setLargestRecord(kafka: TestKafka, value: string) {
  await kafka.admin(admin =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: kafka.topic,
          configEntries: [{ name: 'max.message.bytes', value }],
        },
      ],
    }),
  );
  // The broker hears of it from the controller a moment later.
  await new Promise(resolve => setTimeout(resolve, 1_000));
}

describeWithKafka('with a real broker', () => {
  afterAll(stopSharedBroker);

  describeTransportContract('kafka', async () => {
    const kafka = await TestKafka.create();
    return {
      knex: kafka.knex,
      open: () => kafka.open(),
      freeze: async () => kafka.freeze(FROZEN_MS),
      breakAppends: async () => {
        await setLargestRecord(kafka, '1');
        return () => setLargestRecord(kafka, '1000000');
      },
      close: () => kafka.close(),
    };
  });
});
