/** Settings of a broker, as in server.properties. */
export type BrokerSettings = Readonly<
  Record<string, string | number | boolean>
>;

/**
 * One node that is broker and controller, on the loopback interface only.
 * Small where a cluster would be large: internal topics of one partition and
 * one copy, short timeouts, so that a restart takes seconds.
 */
export function brokerProperties(options: {
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  readonly listeners?: Readonly<Record<string, number>>;
  readonly settings?: BrokerSettings;
}): string {
  const { port, controllerPort, logDir } = options;
  const more = Object.entries(options.listeners ?? {})
    .map(([name, ownPort]) => `,${name}://127.0.0.1:${ownPort}`)
    .join('');
  const internal = ['offsets.topic', 'transaction.state.log'];
  const properties: BrokerSettings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${more}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${more}`,
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    // Backslashes of Windows paths would be escapes in a properties file.
    'log.dirs': logDir.replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 200,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    ...Object.fromEntries(
      internal.flatMap(topic => [
        [`${topic}.replication.factor`, 1],
        [`${topic}.num.partitions`, 1],
      ]),
    ),
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    ...options.settings,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
