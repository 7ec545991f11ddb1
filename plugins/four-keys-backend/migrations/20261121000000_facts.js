/**
 * What events claim, and what is derived from it.
 *
 * Text that is compared or ordered has the collation "C", so that PostgreSQL
 * and TypeScript agree on the order of any two strings.
 *
 * @param { import("knex").Knex } knex
 */
exports.up = async function up(knex) {
  await knex.raw(`
    CREATE TABLE events (
      received_at timestamptz NOT NULL,
      identity uuid NOT NULL,
      envelope jsonb NOT NULL
    ) PARTITION BY RANGE (received_at);
    COMMENT ON TABLE events IS 'Events as they were sent, in monthly partitions that retention drops';
    COMMENT ON COLUMN events.received_at IS 'When the collector read the event';
    COMMENT ON COLUMN events.identity IS 'First 16 bytes of sha256(source NUL id)';
    COMMENT ON COLUMN events.envelope IS 'The CloudEvent';

    CREATE TABLE claims (
      identity uuid PRIMARY KEY,
      payload uuid NOT NULL,
      service text COLLATE "C",
      kind text COLLATE "C" NOT NULL,
      "time" timestamptz NOT NULL,
      source text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      data jsonb NOT NULL,
      enrichment jsonb,
      received_at timestamptz NOT NULL
    );
    COMMENT ON TABLE claims IS 'What each event says, one row an event, insert-only, kept for good';
    COMMENT ON COLUMN claims.identity IS 'First 16 bytes of sha256(source NUL id)';
    COMMENT ON COLUMN claims.payload IS 'First 16 bytes of sha256 of the canonical JSON of the event: tells a duplicate from a conflict';
    COMMENT ON COLUMN claims.service IS 'service_id; null where the event names none';
    COMMENT ON COLUMN claims.kind IS 'family.verb of the event contract';
    COMMENT ON COLUMN claims."time" IS 'When the thing happened';
    COMMENT ON COLUMN claims.source IS 'CloudEvents source';
    COMMENT ON COLUMN claims.id IS 'CloudEvents id';
    COMMENT ON COLUMN claims.data IS 'The fields of the contract, normalised; instants in milliseconds since the epoch';
    COMMENT ON COLUMN claims.enrichment IS 'What the catalog said about the service when the event was collected';
    COMMENT ON COLUMN claims.received_at IS 'When the collector read the event';
    CREATE INDEX claims_service ON claims (service, kind);

    CREATE TABLE service_ties (
      service text COLLATE "C" NOT NULL,
      cause_service text COLLATE "C" NOT NULL,
      PRIMARY KEY (service, cause_service)
    );
    COMMENT ON TABLE service_ties IS 'Services whose incidents name another service as the cause: they are derived together';
    COMMENT ON COLUMN service_ties.service IS 'The service of the incident';
    COMMENT ON COLUMN service_ties.cause_service IS 'The service that the incident blames';
    CREATE INDEX service_ties_cause ON service_ties (cause_service);

    CREATE TABLE dirty (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      service text COLLATE "C" NOT NULL,
      environment text COLLATE "C" NOT NULL,
      from_time timestamptz NOT NULL,
      cascaded boolean NOT NULL DEFAULT false,
      marked_at timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE dirty IS 'Services to derive anew; a queue without a unique key, so that collectors never wait for the worker';
    COMMENT ON COLUMN dirty.id IS 'Order of arrival';
    COMMENT ON COLUMN dirty.service IS 'The service to derive';
    COMMENT ON COLUMN dirty.environment IS 'The environment of the events, empty where they name none';
    COMMENT ON COLUMN dirty.from_time IS 'The earliest time that the events speak of';
    COMMENT ON COLUMN dirty.cascaded IS 'Marked because a tied service changed; does not spread further';
    COMMENT ON COLUMN dirty.marked_at IS 'When it was marked';
    CREATE INDEX dirty_service ON dirty (service);

    CREATE TABLE derivation_settings (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      fingerprint text NOT NULL
    );
    COMMENT ON TABLE derivation_settings IS 'The settings that the derived rows were made with';
    COMMENT ON COLUMN derivation_settings.only_row IS 'Keeps the table at one row';
    COMMENT ON COLUMN derivation_settings.fingerprint IS 'The settings as JSON';
  `);

  await knex.raw(`
    CREATE TABLE deployments (
      service text COLLATE "C" NOT NULL,
      environment text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      tier text COLLATE "C",
      status text COLLATE "C" NOT NULL,
      counted boolean NOT NULL,
      started_at timestamptz,
      finished_at timestamptz,
      kind text COLLATE "C",
      version text COLLATE "C",
      commit_sha text COLLATE "C",
      branch text COLLATE "C",
      pipeline_run_id text COLLATE "C",
      release_id text COLLATE "C",
      release_first_environment text COLLATE "C",
      release_first_id text COLLATE "C",
      correlation_id text COLLATE "C",
      remediates text COLLATE "C",
      contents_known boolean NOT NULL,
      changes integer NOT NULL,
      rollback boolean NOT NULL,
      rework boolean NOT NULL,
      failed boolean NOT NULL,
      undid text COLLATE "C",
      recovered_at timestamptz,
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, environment, id)
    );
    COMMENT ON TABLE deployments IS 'Derived: one row a deployment of a service in an environment';
    COMMENT ON COLUMN deployments.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN deployments.service IS 'service_id';
    COMMENT ON COLUMN deployments.environment IS 'Environment name';
    COMMENT ON COLUMN deployments.id IS 'deployment_id, or run: and the pipeline_run_id';
    COMMENT ON COLUMN deployments.tier IS 'Tier of the environment; null: unmapped';
    COMMENT ON COLUMN deployments.status IS 'success, failure, cancelled or running';
    COMMENT ON COLUMN deployments.counted IS 'False for restarts and scalings, which are only listed';
    COMMENT ON COLUMN deployments.started_at IS 'When it started, where known';
    COMMENT ON COLUMN deployments.finished_at IS 'When it ended; null: running';
    COMMENT ON COLUMN deployments.kind IS 'Kind as given';
    COMMENT ON COLUMN deployments.version IS 'Version as given';
    COMMENT ON COLUMN deployments.commit_sha IS 'Commit, a shortened sha made whole';
    COMMENT ON COLUMN deployments.branch IS 'Branch as given';
    COMMENT ON COLUMN deployments.pipeline_run_id IS 'Pipeline run as given';
    COMMENT ON COLUMN deployments.release_id IS 'Release as given: joins deployments of several environments';
    COMMENT ON COLUMN deployments.release_first_environment IS 'Environment of the first deployment of its release; null: it counts in no tier';
    COMMENT ON COLUMN deployments.release_first_id IS 'Id of the first deployment of its release';
    COMMENT ON COLUMN deployments.correlation_id IS 'Correlation id as given';
    COMMENT ON COLUMN deployments.remediates IS 'The deployment or incident that it mends';
    COMMENT ON COLUMN deployments.contents_known IS 'Whether it is known which changes it contains';
    COMMENT ON COLUMN deployments.changes IS 'How many changes belong to it in its environment';
    COMMENT ON COLUMN deployments.rollback IS 'Whether it rolled back';
    COMMENT ON COLUMN deployments.rework IS 'Rollback, hotfix or remediation';
    COMMENT ON COLUMN deployments.failed IS 'Whether it failed its users';
    COMMENT ON COLUMN deployments.undid IS 'Id of the deployment of the environment that this rollback undid';
    COMMENT ON COLUMN deployments.recovered_at IS 'When users were well again; null: not failed, or not yet';
    CREATE INDEX deployments_service_tier ON deployments (service, tier, finished_at);
    CREATE INDEX deployments_service_environment ON deployments (service, environment, finished_at);
    CREATE INDEX deployments_tier ON deployments (tier, finished_at);
    CREATE INDEX deployments_environment ON deployments (environment, finished_at);

    CREATE TABLE releases (
      service text COLLATE "C" NOT NULL,
      tier text COLLATE "C" NOT NULL,
      environment text COLLATE "C" NOT NULL,
      id text COLLATE "C" NOT NULL,
      release_id text COLLATE "C",
      members integer NOT NULL,
      finished_at timestamptz NOT NULL,
      rollback boolean NOT NULL,
      rework boolean NOT NULL,
      failed boolean NOT NULL,
      contents_known boolean NOT NULL,
      recovered_at timestamptz,
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, tier, environment, id)
    );
    COMMENT ON TABLE releases IS 'Derived: successful deployments of a service in a tier, joined by release_id';
    COMMENT ON COLUMN releases.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN releases.service IS 'service_id';
    COMMENT ON COLUMN releases.tier IS 'Tier of the environments';
    COMMENT ON COLUMN releases.environment IS 'Environment of its first deployment';
    COMMENT ON COLUMN releases.id IS 'Id of its first deployment';
    COMMENT ON COLUMN releases.release_id IS 'What joins its deployments; null: a deployment by itself';
    COMMENT ON COLUMN releases.members IS 'How many deployments it joins';
    COMMENT ON COLUMN releases.finished_at IS 'When its first deployment finished';
    COMMENT ON COLUMN releases.rollback IS 'Whether all of its deployments are rollbacks';
    COMMENT ON COLUMN releases.rework IS 'Whether one of its deployments is rework';
    COMMENT ON COLUMN releases.failed IS 'Whether one of its deployments failed';
    COMMENT ON COLUMN releases.contents_known IS 'Whether the contents of one of its deployments are known';
    COMMENT ON COLUMN releases.recovered_at IS 'Latest recovery of its failed deployments, once all have one';
    CREATE INDEX releases_service ON releases (service, tier, finished_at);
    CREATE INDEX releases_tier ON releases (tier, finished_at);
    CREATE INDEX releases_recovered ON releases (tier, recovered_at) WHERE recovered_at IS NOT NULL;

    CREATE TABLE changes (
      service text COLLATE "C" NOT NULL,
      sha text COLLATE "C" NOT NULL,
      t0 timestamptz,
      lower_bound boolean NOT NULL,
      pr_id text COLLATE "C",
      branch text COLLATE "C",
      repository text,
      opened_at timestamptz,
      first_review_at timestamptz,
      merged_at timestamptz,
      seen_at timestamptz NOT NULL,
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, sha)
    );
    COMMENT ON TABLE changes IS 'Derived: one row a commit of a service';
    COMMENT ON COLUMN changes.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN changes.service IS 'service_id';
    COMMENT ON COLUMN changes.sha IS 'The commit';
    COMMENT ON COLUMN changes.t0 IS 'When its clock starts; null: unknown';
    COMMENT ON COLUMN changes.lower_bound IS 'The commit time is unknown and t0 only the first time it was spoken of';
    COMMENT ON COLUMN changes.pr_id IS 'The pull request that it landed with first, or belongs to';
    COMMENT ON COLUMN changes.branch IS 'Branch of its first landing';
    COMMENT ON COLUMN changes.repository IS 'Repository as given';
    COMMENT ON COLUMN changes.opened_at IS 'When the pull request was opened';
    COMMENT ON COLUMN changes.first_review_at IS 'When the pull request was first reviewed';
    COMMENT ON COLUMN changes.merged_at IS 'Its first landing';
    COMMENT ON COLUMN changes.seen_at IS 'For paging: t0, else its first landing, else the first event that names it';
    CREATE INDEX changes_seen ON changes (service, seen_at);

    CREATE TABLE change_deployments (
      service text COLLATE "C" NOT NULL,
      sha text COLLATE "C" NOT NULL,
      environment text COLLATE "C" NOT NULL,
      tier text COLLATE "C",
      first_in_tier boolean NOT NULL,
      deployment_id text COLLATE "C" NOT NULL,
      finished_at timestamptz NOT NULL,
      lead_seconds double precision,
      lower_bound boolean NOT NULL,
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, environment, sha)
    );
    COMMENT ON TABLE change_deployments IS 'Derived: the deployment that a change belongs to, one row an environment';
    COMMENT ON COLUMN change_deployments.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN change_deployments.service IS 'service_id';
    COMMENT ON COLUMN change_deployments.sha IS 'The commit';
    COMMENT ON COLUMN change_deployments.environment IS 'Environment name';
    COMMENT ON COLUMN change_deployments.tier IS 'Tier of the environment; null: unmapped';
    COMMENT ON COLUMN change_deployments.first_in_tier IS 'Where the change counts in a question about the tier';
    COMMENT ON COLUMN change_deployments.deployment_id IS 'Id of the deployment in the environment';
    COMMENT ON COLUMN change_deployments.finished_at IS 'When the deployment finished';
    COMMENT ON COLUMN change_deployments.lead_seconds IS 'Seconds from t0 to finished_at, negative where clocks disagree; null: t0 unknown';
    COMMENT ON COLUMN change_deployments.lower_bound IS 'As of the change';
    CREATE INDEX change_deployments_tier ON change_deployments (service, tier, finished_at)
      INCLUDE (lead_seconds, lower_bound) WHERE first_in_tier;
    CREATE INDEX change_deployments_environment ON change_deployments (service, environment, finished_at)
      INCLUDE (lead_seconds, lower_bound);
    CREATE INDEX change_deployments_all ON change_deployments (tier, finished_at)
      INCLUDE (service, lead_seconds, lower_bound) WHERE first_in_tier;

    CREATE TABLE incidents (
      service text COLLATE "C" NOT NULL,
      incident_id text COLLATE "C" NOT NULL,
      environment text COLLATE "C",
      tier text COLLATE "C",
      title text,
      url text,
      severity text,
      external boolean NOT NULL,
      start timestamptz,
      resolved_at timestamptz,
      duration double precision,
      last_resolved_at timestamptz,
      period_starts timestamptz[] NOT NULL,
      period_ends timestamptz[] NOT NULL,
      link_method text COLLATE "C" NOT NULL,
      link_service text COLLATE "C",
      link_environment text COLLATE "C",
      link_deployment_id text COLLATE "C",
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, incident_id)
    );
    COMMENT ON TABLE incidents IS 'Derived: one row an incident of a service';
    COMMENT ON COLUMN incidents.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN incidents.service IS 'service_id';
    COMMENT ON COLUMN incidents.incident_id IS 'incident_id';
    COMMENT ON COLUMN incidents.environment IS 'The one environment that it names; null: it is about a tier';
    COMMENT ON COLUMN incidents.tier IS 'The tier it is about, or the tier of its environment';
    COMMENT ON COLUMN incidents.title IS 'Title as given';
    COMMENT ON COLUMN incidents.url IS 'Link as given';
    COMMENT ON COLUMN incidents.severity IS 'Severity as given';
    COMMENT ON COLUMN incidents.external IS 'Caused elsewhere: blames no deployment unless corrected';
    COMMENT ON COLUMN incidents.start IS 'Start of its first active period; null: only ever resolved';
    COMMENT ON COLUMN incidents.resolved_at IS 'End of its last active period; null: open';
    COMMENT ON COLUMN incidents.duration IS 'Seconds of all active periods; null: open';
    COMMENT ON COLUMN incidents.last_resolved_at IS 'Its last resolution, whether or not anything was active';
    COMMENT ON COLUMN incidents.period_starts IS 'Starts of the active periods';
    COMMENT ON COLUMN incidents.period_ends IS 'Ends of the active periods, infinity while active';
    COMMENT ON COLUMN incidents.link_method IS 'How it was linked: corrected, explicit, window or unlinked';
    COMMENT ON COLUMN incidents.link_service IS 'Service of the deployment that it blames';
    COMMENT ON COLUMN incidents.link_environment IS 'Environment of the deployment that it blames';
    COMMENT ON COLUMN incidents.link_deployment_id IS 'The deployment that it blames';
    CREATE INDEX incidents_service_tier ON incidents (service, tier, start);
    CREATE INDEX incidents_tier_resolved ON incidents (tier, resolved_at);
    CREATE INDEX incidents_tier_open ON incidents (tier, start) WHERE resolved_at IS NULL;
    CREATE INDEX incidents_environment ON incidents (environment, start);
    CREATE INDEX incidents_link ON incidents (link_service, link_environment, link_deployment_id);

    CREATE TABLE service_templates (
      service text COLLATE "C" NOT NULL,
      from_time timestamptz NOT NULL,
      to_time timestamptz NOT NULL,
      template text COLLATE "C" NOT NULL,
      version text COLLATE "C",
      fingerprint uuid NOT NULL,
      PRIMARY KEY (service, from_time)
    );
    COMMENT ON TABLE service_templates IS 'Derived: which template a service came from, and until when';
    COMMENT ON COLUMN service_templates.fingerprint IS 'Hash of the row: tells derivation which rows it need not write';
    COMMENT ON COLUMN service_templates.service IS 'service_id';
    COMMENT ON COLUMN service_templates.from_time IS 'First moment; -infinity for the first template known';
    COMMENT ON COLUMN service_templates.to_time IS 'First moment of the next; infinity for the last';
    COMMENT ON COLUMN service_templates.template IS 'template_id';
    COMMENT ON COLUMN service_templates.version IS 'template_version, where known';
    CREATE INDEX service_templates_template ON service_templates (template, version);
  `);
};

/** @param { import("knex").Knex } knex */
exports.down = async function down(knex) {
  await knex.raw(`
    DROP TABLE events, claims, service_ties, dirty, derivation_settings,
      deployments, releases, changes, change_deployments, incidents,
      service_templates
  `);
};
