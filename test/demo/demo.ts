/** `npm run demo`: the walk in a temporary home and on a free port, then the end: 0, or 1 with the reason. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { demonstrate, reason } from './demonstration.ts'
import { ebsi } from './ebsi.ts'

const USAGE = `npm run demo [-- [--ebsi] [--home DIR]]

  --ebsi      of an institution on EBSI, with a local double of its registries
  --home DIR  keep in DIR what was written; without it nothing stays`

const { home: kept, ebsi: onEbsi } = wishes()
const home = kept === undefined ? mkdtempSync(join(tmpdir(), 'symbolon-demo-')) : resolve(kept)

// Also when somebody stops it in the middle: nothing of a run stays, least of all its keys.
process.once('exit', () => kept === undefined && rmSync(home, { recursive: true, force: true }))
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

try {
  const environment = { SYMBOLON_HOME: home, ISSUER_PORT: '0', VERIFIER_PORT: '0' }
  const { close } = await demonstrate(environment, console.log, ...(onEbsi ? [ebsi] : []))
  await close()
} catch (error) {
  console.error(`The demonstration failed: ${reason(error)}`)
  process.exitCode = 1
}

/** What the command line says; ends the process when that is a question, or nothing that is known. */
function wishes() {
  try {
    const { help, ...wished } = parseArgs({
      options: { home: { type: 'string' }, ebsi: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values
    if (!help) return wished
    console.log(USAGE)
    process.exit(0)
  } catch (error) {
    console.error(`${reason(error)}\n\n${USAGE}`)
    process.exit(64)
  }
}
