/** `npm run demo`: the walk in a temporary home and on a free port, then the end: 0, or 1 with the reason. `-- --home DIR` keeps what it wrote there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { demonstrate, reason } from './demonstration.ts'

const kept = parseArgs({ options: { home: { type: 'string' } } }).values.home
const home = kept === undefined ? mkdtempSync(join(tmpdir(), 'symbolon-demo-')) : resolve(kept)

try {
  const environment = { SYMBOLON_HOME: home, ISSUER_PORT: '0' }
  const { close } = await demonstrate(environment, console.log)
  await close()
} catch (error) {
  console.error(`The demonstration failed: ${reason(error)}`)
  process.exitCode = 1
} finally {
  if (kept === undefined) rmSync(home, { recursive: true, force: true })
}
