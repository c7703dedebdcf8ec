/** This file says which configurations a run was under: in `run.json` and on the first screen. */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type { Commit } from '../engine/commits.ts';
import { formatTime } from '../net/time.ts';
import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';

/** The section `configuration` of `run.json`; its key order is the file's. */
export function configurationReport(config: FirewallConfig, commits: readonly Commit[]) {
  const others = [...new Set(config.changes.map((change) => change.config))];
  const done = new Map(commits.map((commit) => [commit.change, commit]));
  return {
    file: config.file,
    effective: config.effective,
    changes: config.changes.map((change) => {
      const commit = done.get(change);
      return {
        at: change.atWritten,
        file: change.file,
        /** Place in `taking_over`, from 0: files of two folders may have one name. */
        taking_over: others.indexOf(change.config),
        rematch: change.rematch,
        time: commit === undefined ? null : formatTime(commit.second, commit.nanosecond),
        sessions_rejudged: commit?.rejudged ?? 0,
        sessions_moved: commit?.moved ?? 0,
        sessions_discarded: commit?.discarded ?? 0,
      };
    }),
    taking_over: others.map(({ file, effective }) => ({ file, effective })),
  };
}

type ConfigurationReport = ReturnType<typeof configurationReport>;

/** Changes that are listed on the first screen. */
const CHANGES_LISTED_MAX = 10;

/** The lines of the first screen. */
export function configurationLines({ file, changes }: ConfigurationReport): string[] {
  const lines = [
    file === null
      ? 'Configuration: built in (no -c): private, loopback and link-local networks are trust, the rest untrust; every session is allowed'
      : `Configuration: ${terminalSafe(file)}`,
    ...changes.slice(0, CHANGES_LISTED_MAX).map(changeLine),
  ];
  const hidden = changes.length - CHANGES_LISTED_MAX;
  if (hidden > 0) lines.push(`… and ${formatCountOf(hidden, 'more change')}`);
  return lines;
}

function changeLine(change: ConfigurationReport['changes'][number]): string {
  const file = terminalSafe(change.file);
  if (change.time === null) return `Not committed: ${file}: its time ${change.at} never came`;
  if (!change.rematch) return `Commit at ${change.time}: ${file}, for new sessions`;
  const { sessions_rejudged: judged, sessions_moved: moved, sessions_discarded: denied } = change;
  return (
    `Commit at ${change.time}: ${file}, with rematch: ${formatCountOf(judged, 'session')} judged ` +
    `again, ${formatCount(moved)} under another rule, ${formatCount(denied)} to DISCARD`
  );
}
