import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser for the tests is; `title` says how to get it when it is not `there`. */
    readonly chromium: { readonly path: string; readonly there: boolean; readonly title: string }
  }
}

const HOW = 'apt-get install chromium, or SYMBOLON_TEST_CHROMIUM=/path/of/it,'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Chromium for the tests that ask for it: the one that SYMBOLON_TEST_CHROMIUM names, or the first that the system finds. */
export default function setup({ provide }: TestProject): () => void {
  const path = process.env.SYMBOLON_TEST_CHROMIUM || installed()
  const there = path !== undefined || process.env.SYMBOLON_REQUIRE_ALL === '1'
  provide('chromium', { path: path ?? 'chromium', there, title: there ? 'Chromium' : `Chromium (${HOW} brings it)` })
  return () => {
    if (!there) process.stderr.write(`Tests in a browser are skipped: ${HOW} brings it.\n`)
  }
}

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
