import type { Config } from '@backstage/config';
import {
  locationSpecToLocationEntity,
  type EntityProvider,
  type EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import type { EventsService } from '@backstage/plugin-events-node';
import { access, readdir } from 'fs/promises';
import path from 'path';
import {
  CATALOG_FILE,
  LOCAL_REPOSITORIES_TOPIC,
  readRepositoriesDirectory,
} from './directory';

/**
 * Gives the catalog a location for each repository of the local folder. The
 * catalog itself still takes no file locations from people, who could otherwise
 * have it read any file of this machine.
 */
export class LocalRepositoriesProvider implements EntityProvider {
  readonly #root: string;
  readonly #events: EventsService;

  static fromConfig(config: Config, options: { events: EventsService }) {
    return new LocalRepositoriesProvider({
      ...options,
      root: readRepositoriesDirectory(config),
    });
  }

  constructor(options: { root: string; events: EventsService }) {
    this.#root = options.root;
    this.#events = options.events;
  }

  getProviderName(): string {
    return 'example-local-repositories';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    await this.#update(connection);
    await this.#events.subscribe({
      id: this.getProviderName(),
      topics: [LOCAL_REPOSITORIES_TOPIC],
      onEvent: () => this.#update(connection),
    });
  }

  async #update(connection: EntityProviderConnection): Promise<void> {
    const locations = await this.#findCatalogFiles();
    await connection.applyMutation({
      type: 'full',
      entities: locations.map(target => ({
        entity: locationSpecToLocationEntity({
          location: { type: 'file', target },
        }),
        locationKey: this.getProviderName(),
      })),
    });
  }

  async #findCatalogFiles(): Promise<string[]> {
    const names = await readdir(this.#root).catch(() => []);
    const files: string[] = [];
    for (const name of names.filter(one => !one.startsWith('.')).sort()) {
      const file = path.join(this.#root, name, CATALOG_FILE);
      const readable = await access(file).then(
        () => true,
        () => false,
      );
      if (readable) {
        files.push(file);
      }
    }
    return files;
  }
}
