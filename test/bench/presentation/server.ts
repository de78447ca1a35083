/** One server to be measured, in a process of its own: `ours HOME` or `bare HOME`. Tells its parent where it listens, and what it has used. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { openLog } from '@symbolon/service'
import { startVerifier, verifierSettings } from '@symbolon/verifier/service'
import type { Used } from '../issuance/server.ts'
import { bareHandler } from './bare.ts'
import { type Prepared, prepare } from './prepared.ts'

const [kind, home = ''] = process.argv.slice(2)
const prepared = await prepare(home)
process.send?.({ url: kind === 'ours' ? await ours() : await bare(prepared) })

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const used: Used = { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1000 }
  process.send?.(used)
})
process.once('disconnect', () => process.exit(0))

/** The verifier as it is, its log written as always, but to nowhere. */
async function ours(): Promise<string> {
  const log = openLog('verifier', 'info', { write: () => undefined })
  return (await startVerifier(verifierSettings({ SYMBOLON_HOME: home, VERIFIER_PORT: '0' }), { log })).url
}

async function bare({ issuerKey }: Prepared): Promise<string> {
  // Connections stay open as long as the verifier's do.
  const server = createServer({ keepAliveTimeout: 65_000 }, bareHandler(join(home, 'bare.sqlite'), issuerKey))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the bare handler has no port')
  return `http://localhost:${address.port}`
}
