/** `npm run ebsi:registry`: the double on loopback, until Ctrl-C. */
import { parseArgs } from 'node:util'
import { SettingsError } from '@symbolon/service'
import { startEbsiRegistry } from './start.ts'

const USAGE = `npm run ebsi:registry -- [--port N] [--tao]

A local double of EBSI's registries, with an EBSI office and a RootTAO made anew. Nothing is kept.

  --port N   where it listens on loopback; 8090 unless said, 0 for any free port
  --tao      also make a TAO, which then accredits in the root's place`

try {
  const { values } = parseArgs({ options: { port: { type: 'string' }, tao: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
  if (values.help) console.log(USAGE)
  else await run(values.port ?? '8090', values.tao ?? false)
} catch (error) {
  console.error(error instanceof SettingsError || error instanceof TypeError ? error.message : error)
  console.error(`\n${USAGE}`)
  process.exitCode = 2
}

async function run(port: string, tao: boolean): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new SettingsError(['--port must be a number up to 65535'])
  const ebsi = await startEbsiRegistry({ port: Number(port), bootstrap: { tao } })
  const post = (path: string, body: string): string => `  curl -H 'accept: application/jwt' -d '${body}' ${ebsi.origin}/double/${path}`
  console.log(`EBSI's registries, a local double: ${ebsi.origin}
RootTAO (the trust anchor):       ${ebsi.root.did}${ebsi.tao ? `\nTAO:                              ${ebsi.tao.did}` : ''}

The programs of this repository believe one network; for this one
  export SYMBOLON_EBSI_REGISTRIES=double=${ebsi.origin}
Next: get an onboarding credential for your DID, register it, then get its accreditation
${post('onboarding', '{"did":"did:ebsi:z..."}')}
${post('accreditation', '{"did":"did:ebsi:z...","role":"TI"}')}
and take it back
${post('revocation', '{"did":"did:ebsi:z..."}')}
test/ebsi_registry/README.md says more. Stop with Ctrl-C.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void ebsi.close().then(() => process.exit(0)))
}
