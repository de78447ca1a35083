import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One folder for whatever tests put into the system's temporary folder, so that nothing of a run stays behind. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'symbolon-tests-'))
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
