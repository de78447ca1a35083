import { once } from 'node:events'
import { SettingsError, verb } from '@symbolon/command-line'
import { environment } from '../config.ts'
import type { RunningVerifier } from '../service/index.ts'

/** `serve`: runs until it is asked to stop. */
export const serve = verb({
  name: 'serve',
  summary: 'runs the verifier until it is interrupted',
  usage: '',
  example: 'VERIFIER_PORT=4001 symbolon-verifier serve',
  options: {},
  notes: 'SIGTERM or SIGINT: accepts nothing new, finishes what runs, closes the database, exits 0.',
  async run({ options, talk }) {
    const verifier = await start(environment(options))
    talk(`the verifier answers at ${verifier.url}; ${verifier.url}/openapi.json describes its calls`)
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
    await verifier.close()
    return { data: { url: verifier.url }, text: 'stopped' }
  },
})

async function start(environment: NodeJS.ProcessEnv): Promise<RunningVerifier> {
  // A desk that only checks must not load a web server.
  const [{ startVerifier, verifierSettings }, { SettingsError: WrongSettings }] = await Promise.all([
    import('../service/index.ts'),
    import('@symbolon/service'),
  ])
  try {
    return await startVerifier(verifierSettings(environment))
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error
    throw new SettingsError(error.faults, 'correct what is named above; the README has a table of all settings')
  }
}
