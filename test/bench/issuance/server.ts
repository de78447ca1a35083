/** One server to be measured, in a process of its own: `ours HOME` or `bare HOME`. Tells its parent where it listens, and what it is asked. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { issuerSettings, startIssuer } from '@symbolon/issuer'
import { openLog } from '@symbolon/service'
import { bareHandler } from './bare.ts'
import { floorOfBatch, type Sizes } from './floor.ts'

/** What the parent may ask: what was used so far, or to run the floor of a batch so many times. */
export type Question =
  | { readonly ask: 'used' }
  | { readonly ask: 'floor'; readonly copies: number; readonly sizes: Sizes; readonly times: number }

/** What this process has used: seconds on the processor, the most memory at once in megabytes. */
export interface Used {
  readonly seconds: number
  readonly megabytes: number
}

const [kind, home = ''] = process.argv.slice(2)
process.send?.({ url: kind === 'ours' ? await ours() : await bare() })

process.on('message', async (question: Question) => {
  if (question.ask === 'floor') {
    const floor = floorOfBatch(question.copies, question.sizes)
    for (let count = 0; count < question.times; count++) floor()
  }
  const { user, system } = process.cpuUsage()
  const used: Used = { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1000 }
  process.send?.(used)
})
process.once('disconnect', () => process.exit(0))

/** The issuer as it is, its log written as always, but to nowhere. */
async function ours(): Promise<string> {
  const log = openLog('issuer', 'info', { write: () => undefined })
  return (await startIssuer(issuerSettings({ SYMBOLON_HOME: home, ISSUER_PORT: '0' }), { log })).url
}

async function bare(): Promise<string> {
  // Connections stay open as long as the issuer's do.
  const server = createServer({ keepAliveTimeout: 65_000 }, bareHandler(join(home, 'bare.sqlite')))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the bare handler has no port')
  return `http://localhost:${address.port}`
}
