import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A real git repository, whose clock goes where the test says. */
export class TestRepository {
  readonly folder: string;
  #clock = Date.parse('2026-03-02T08:00:00Z');
  #files = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Test');
    this.git('config', 'user.email', 'test@example.com');
    this.git('config', 'commit.gpgsign', 'false');
  }

  get now(): string {
    return new Date(this.#clock).toISOString();
  }

  later(hours: number): this {
    this.#clock += hours * 3_600_000;
    return this;
  }

  git(...args: string[]): string {
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: this.now,
        GIT_COMMITTER_DATE: this.now,
      },
    }).trim();
  }

  get head(): string {
    return this.git('rev-parse', 'HEAD');
  }

  /** A commit of a new file; answers its sha. */
  commit(message: string): string {
    this.#files += 1;
    writeFileSync(join(this.folder, `file-${this.#files}`), message);
    this.git('add', '.');
    this.git('commit', '--quiet', '-m', message);
    return this.head;
  }

  /** A branch off main with these commits, then back on main. */
  branch(name: string, ...messages: string[]): string[] {
    this.git('checkout', '--quiet', '-b', name, 'main');
    const shas = messages.map(message => this.later(1).commit(message));
    this.git('checkout', '--quiet', 'main');
    return shas;
  }

  merge(name: string, message: string): string {
    this.later(1).git('merge', '--quiet', '--no-ff', '-m', message, name);
    return this.head;
  }
}
