/**
 * This file checks the house: who imports whom, what the pure parts may use, and the size and head
 * of every file. Each check first proves that it saw the files.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
/** Tables, of which more lines are no more to understand. Paths below the root. */
const DATA_TABLES: readonly string[] = ['src/appid/rows-tcp.ts', 'src/appid/rows-udp.ts'];
const PURE =
  /^src\/(net|wire|filter|session|slowpath|ingress|engine|inspect|report|starter|analysis|events)\//;

const sources = filesOf('src');
const all = ['src', 'test', 'bench', 'samples'].flatMap(filesOf);

/** TypeScript files of a folder, by their path below the root, with slashes. */
function filesOf(folder: string): string[] {
  const found = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return found
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Visits every node of a file's syntax tree. */
function visit(path: string, see: (node: ts.Node, file: ts.SourceFile) => void): void {
  const file = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true);
  const walk = (node: ts.Node) => {
    see(node, file);
    ts.forEachChild(node, walk);
  };
  walk(file);
}

const lineOf = (file: ts.SourceFile, position: number) =>
  file.getLineAndCharacterOfPosition(position).line + 1;

test('the files are found', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources).toContain('src/engine/replay.ts');
});

describe('imports', () => {
  interface Cruise {
    readonly modules: readonly { readonly source: string }[];
    readonly summary: {
      readonly violations: readonly { from: string; to: string; rule: { name: string } }[];
    };
  }

  test('go up the table only, and every module is seen', () => {
    const cli = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const options = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    const { stdout, stderr } = spawnSync(process.execPath, [cli, ...options], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(stderr).toBe('');
    const { modules, summary } = JSON.parse(stdout) as Cruise;
    const seen = modules.map(({ source }) => source);
    // Declarations are resolved as the module that they declare.
    const wanted = sources.filter((path) => !path.endsWith('.d.ts'));
    expect(seen).toEqual(expect.arrayContaining(wanted));
    const broken = summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
    expect(broken).toEqual([]);
  });
});

describe('source files', () => {
  test('open with what they are', () => {
    const silent = sources.filter((path) => {
      const head = textOf(path).replace(/^#!.*\n/, '');
      const comment = /^\/\*\*([\s\S]*?)\*\//.exec(head)?.[1] ?? '';
      return !/^[\s*]*This file /.test(comment);
    });
    expect(silent).toEqual([]);
  });

  test(`have at most ${FILE_LINES_MAX} lines`, () => {
    const long = sources
      .map((path) => ({ path, lines: textOf(path).split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > FILE_LINES_MAX && !DATA_TABLES.includes(path));
    expect(long).toEqual([]);
  });

  test(`have functions of at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long: string[] = [];
    let functions = 0;
    for (const path of sources) {
      visit(path, (node, file) => {
        if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
        functions++;
        const from = lineOf(file, node.getStart());
        const lines = lineOf(file, node.getEnd()) - from + 1;
        if (lines > FUNCTION_LINES_MAX) long.push(`${path}:${from}: ${lines} lines`);
      });
    }
    expect(functions).toBeGreaterThan(500);
    expect(long).toEqual([]);
  });

  test('of the pure parts know neither clock nor chance', () => {
    const impure: string[] = [];
    const pure = sources.filter((path) => PURE.test(path));
    expect(pure.length).toBeGreaterThan(50);
    for (const path of pure) {
      visit(path, (node, file) => {
        const isBanned =
          (ts.isPropertyAccessExpression(node) &&
            /^(Date\.now|Math\.random|performance\.now|process\..*)$/.test(node.getText())) ||
          (ts.isNewExpression(node) && /^new Date\(?\)?$/.test(node.getText()));
        if (isBanned) impure.push(`${path}:${lineOf(file, node.getStart())}: ${node.getText()}`);
      });
    }
    expect(impure).toEqual([]);
  });

  test('lie in folders that say what is in them', () => {
    const vague = sources.filter((path) =>
      dirname(path)
        .split('/')
        .some((name) => ['utils', 'util', 'common', 'helpers', 'types', 'misc'].includes(name)),
    );
    expect(vague).toEqual([]);
    expect(all.filter((path) => !/^[a-z0-9.-]+$/.test(basename(path)))).toEqual([]);
  });
});

describe('all code', () => {
  test('has no any', () => {
    const found: string[] = [];
    for (const path of all) {
      visit(path, (node, file) => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) {
          found.push(`${path}:${lineOf(file, node.getStart())}`);
        }
      });
    }
    expect(found).toEqual([]);
  });

  test('has no open task without the number of its issue', () => {
    const task = /\b(TO\u0044O|FIX\u004dE|XX\u0058)\b(?!.{0,3}#\d+)/;
    const found = all.filter((path) => task.test(textOf(path)));
    expect(found).toEqual([]);
  });
});

/** Files that are, or would be, committed; null without git. */
function committedFiles(): string[] | null {
  if (!existsSync(join(ROOT, '.git'))) return null;
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  try {
    return execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  } catch {
    return null;
  }
}

describe('committed files', () => {
  const files = committedFiles();

  test.skipIf(files === null)("name no machine's folders and no registry", () => {
    const homes = ['root', 'home', 'work', 'Users'].map((name) => `(?<![\\w.*-])/${name}/[\\w.-]`);
    const address = new RegExp([...homes, 'regis\u0074ry\\.'].join('|'));
    const named = (files ?? []).filter((path) => {
      if (!existsSync(join(ROOT, path))) return false;
      const bytes = readFileSync(join(ROOT, path));
      const isText = !bytes.subarray(0, 8000).includes(0);
      return isText && address.test(bytes.toString('utf8'));
    });
    expect(files?.length).toBeGreaterThan(100);
    expect(named).toEqual([]);
  });
});
