export interface Config {
  fourKeys?: {
    /**
     * How events travel from those who publish them to the collector.
     * `postgres` (default): a log in the plugin's own database.
     * `kafka`: a topic of a Kafka cluster, named in `kafka`.
     */
    transport?: 'postgres' | 'kafka';

    /** The log in PostgreSQL. */
    postgresLog?: {
      /**
       * Over how many partitions events are spread, and so how many collectors
       * can share the work at most. Fixed when the log is created. Default: 12.
       */
      partitions?: number;

      /**
       * For how many days events stay in the log after every reader has read
       * them. Default: 7.
       */
      retentionDays?: number;

      /**
       * After how many days events are dropped although some reader has not
       * read them. Loses them; a last resort against a full disk. Default:
       * never.
       */
      hardRetentionDays?: number;
    };

    /** The Kafka cluster; needed where `transport` is `kafka`. */
    kafka?: {
      /** Some of the brokers, as host:port. */
      brokers: string[];

      /** How this client calls itself. Default: four-keys. */
      clientId?: string;

      /** The topic of the events. Default: four-keys.events.v1. */
      topic?: string;

      /**
       * True: the topic is made at start when it is missing. False (default):
       * then the start fails.
       */
      createTopics?: boolean;

      /**
       * How many partitions a new topic gets, and so how many collectors can
       * share the work at most. Default: 12. An existing topic must have as
       * many, where this is given.
       */
      partitions?: number;

      /** Copies of a new topic. Default: as the broker does. */
      replicationFactor?: number;

      /** For how many days a new topic keeps events. Default: 90. */
      retentionDays?: number;

      /**
       * The topic to which every dead letter goes too. False: none. Default:
       * a topic with the name of `topic` and `.dlq` behind it.
       */
      deadLetters?:
        | boolean
        | {
            /** Default: the name of the events' topic and `.dlq`. */
            topic?: string;

            /** Of a new topic. Default: 3. An existing one must have as many, where this is given. */
            partitions?: number;

            /** For how many days a new topic keeps dead letters. Default: 90. */
            retentionDays?: number;
          };

      /**
       * True (default): events that Kafka does not take now wait in the log in
       * PostgreSQL, set up by `postgresLog`, and are relayed when it does.
       * False: whoever publishes them has to try again.
       */
      spill?: boolean;

      /**
       * True: TLS with the certificate authorities of the system. An object
       * says more.
       */
      ssl?:
        | boolean
        | {
            /** Certificate authorities, PEM. */
            ca?: string;

            /** Client certificate, PEM. */
            cert?: string;

            /**
             * Private key of the client certificate, PEM.
             * @visibility secret
             */
            key?: string;

            /**
             * Passphrase of the private key.
             * @visibility secret
             */
            passphrase?: string;

            /** The name that the certificate of the broker must have. */
            serverName?: string;
          };

      /** How to sign in. */
      sasl?: {
        mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        username: string;

        /** @visibility secret */
        password: string;
      };
    };
  };
}
