/** `npm start`: the walk in the data folder and on the usual ports, then an issuer and a verifier that stay up and a list of what to try next. */
import { relative } from 'node:path'
import { SettingsError } from '@symbolon/service'
import { demonstrate, reason } from './demonstration.ts'
import { next } from './next.ts'

try {
  const { url, verifierUrl, home, close } = await demonstrate(process.env, console.log)
  console.log(next({ url, verifierUrl }, relative(process.cwd(), home) || '.'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().then(() => process.exit(0)))
} catch (error) {
  console.error(`The demonstration failed: ${reason(error)}`)
  if (error instanceof SettingsError)
    console.error('ISSUER_PORT, VERIFIER_PORT and SYMBOLON_HOME name other ports and another data folder; README.md has all settings.')
  process.exitCode = error instanceof SettingsError ? 78 : 1
}
