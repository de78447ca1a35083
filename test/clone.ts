import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listFiles, ROOT } from './house/tree.ts'

/** The folders of the workspace's packages, from the root. */
export function packageFolders(): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return globSync(
    workspaces.map((pattern: string) => `${pattern}/package.json`),
    { cwd: ROOT },
  )
    .map(dirname)
    .sort()
}

/** The name of the package in a folder. */
export const packageName = (folder: string): string => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')).name

/**
 * Lays the repository, as git sees it, down in another folder with the same packages installed, for tests that write into it.
 *
 * Third-party packages are links into this repository; our own, and their commands, are those of the copy.
 */
export function cloneInto(copy: string): void {
  for (const file of listFiles()) cpSync(join(ROOT, file), join(copy, file))
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')]
  for (const folder of ['@symbolon', '.bin']) mkdirSync(join(to, folder), { recursive: true })
  for (const name of readdirSync(from)) if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name))
  for (const name of readdirSync(join(from, '.bin'))) symlinkSync(readlinkSync(join(from, '.bin', name)), join(to, '.bin', name))
  for (const folder of packageFolders()) symlinkSync(join(copy, folder), join(to, packageName(folder)))
}
